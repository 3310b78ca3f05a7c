package badger.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.ConnectPolicy;
import badger.connect.SessionTimings;
import badger.counter.DropReason;
import badger.handshake.HandshakeSettings;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions are opened at the first packet and closed when none comes any more (paper row P52). */
final class OnDemandPairTest {
    private static final ConnectPolicy ON_DEMAND = ConnectPolicy.of(ConnectPolicy.When.ON_DEMAND);
    private static final ConnectPolicy EAGER = ConnectPolicy.of(ConnectPolicy.When.EAGER);

    private final ModelPair pair = new ModelPair(1, SessionTimings.DEFAULTS, ON_DEMAND, HandshakeSettings.RECORD_LIMIT);
    private final List<ModelDatagram> sent = new ArrayList<>();

    @Test
    void nothingIsSentUntilThePacketOfTheFollowerWhichWakesBoth() {
        nothingIsSentUntilAPacket(pair.follower, pair.leader);
    }

    @Test
    void nothingIsSentUntilThePacketOfTheLeaderWhichWakesBoth() {
        nothingIsSentUntilAPacket(pair.leader, pair.follower);
    }

    private void nothingIsSentUntilAPacket(ModelEnd from, ModelEnd to) {
        watch();
        pair.pass(Duration.ofHours(1));
        assertEquals(List.of(), sent);
        assertEquals(PeerState.DORMANT, from.state());
        assertEquals(PeerState.DORMANT, to.state());
        assertEquals(0, from.knocks() + to.knocks());
        assertTrue(pair.carries(from, to), from::describe);
        assertTrue(from.knocks() > 0, "the other may be dormant");
        assertEquals("a packet waits", from.newest(Kind.WANTED));
        assertTrue(pair.carries(to, from));
        assertEquals(PeerState.CONNECTED, from.state());
        assertEquals(PeerState.CONNECTED, to.state());
        assertTrue(to.events().contains(Kind.KNOCKED) || to.events().contains(Kind.CALLED), to::describe);
    }

    /** A follower waits for the leader's call, and so has to ask for it. */
    @Test
    void theLeaderCallsBecauseTheFollowerKnocks() {
        pair.pass(Duration.ofSeconds(10));
        assertTrue(pair.carries(pair.follower, pair.leader));
        assertTrue(pair.leader.events().contains(Kind.KNOCKED));
        assertEquals(1, pair.leader.millisOf(Kind.CALLING).size());
        assertEquals(List.of(), pair.follower.millisOf(Kind.CALLING));
    }

    @Test
    void whoIsKnockedAtInVainIsDormantAgainAfterThirtySeconds() {
        pair.pass(Duration.ofSeconds(10));
        pair.net.watch(datagram -> false);
        pair.net.takeIexAway(true);
        pair.leader.knocked();
        long knockedMillis = pair.millis();
        pair.pass(Duration.ofMillis(29_900));
        assertEquals(PeerState.SEEKING, pair.leader.state());
        assertTrue(pair.passUntil(Duration.ofSeconds(2), () -> pair.leader.state() == PeerState.DORMANT));
        assertTrue(pair.millis() - knockedMillis <= 31_100, pair.millis() - knockedMillis + " ms");
        watch();
        pair.pass(Duration.ofMinutes(10));
        assertEquals(0, sent.size());
    }

    @Test
    void aSessionWithoutAPacketIsClosedAfterFiveMinutesAndTheNextPacketOpensAnother() {
        pair.pass(Duration.ofSeconds(10));
        long before = 0;
        for (int i = 0; i < 3; i++) {
            assertTrue(pair.carries(pair.follower, pair.leader), pair.follower::describe);
            assertTrue(pair.passUntil(Duration.ofSeconds(5), pair::agree));
            assertNotEquals(before, pair.leader.association());
            before = pair.leader.association();
            long packetMillis = pair.millis();
            pair.pass(Duration.ofSeconds(299));
            assertTrue(pair.agree());
            assertTrue(pair.passUntil(
                    Duration.ofSeconds(3),
                    () -> pair.leader.state() == PeerState.DORMANT && pair.follower.state() == PeerState.DORMANT));
            assertTrue(pair.millis() - packetMillis <= 301_200, pair.millis() - packetMillis + " ms");
            assertTrue(pair.leader.events().contains(Kind.IDLE)
                    || pair.follower.events().contains(Kind.IDLE));
            // The farewells may still be under way.
            pair.pass(Duration.ofMillis(100));
            sent.clear();
            watch();
            pair.pass(Duration.ofMinutes(10));
            assertEquals(List.of(), sent);
        }
        assertEquals(0, pair.leader.openKeys() + pair.follower.openKeys());
        assertEquals(0, pair.leader.openSockets() + pair.follower.openSockets());
    }

    @Test
    void aSessionThatCarriesPacketsOneWayIsNotIdle() {
        pair.pass(Duration.ofSeconds(10));
        assertTrue(pair.carries(pair.follower, pair.leader));
        for (int i = 0; i < 12; i++) {
            pair.pass(Duration.ofSeconds(280));
            pair.follower.send(pair.nextPacket());
            pair.pass(Duration.ofSeconds(1));
            assertTrue(pair.agree());
        }
        assertEquals("", pair.leader.newest(Kind.IDLE) + pair.follower.newest(Kind.IDLE));
    }

    @Test
    void anEagerPeerThatIsBackWithinAMinuteWithoutAPacketKeepsItsSession() {
        try (ModelPair mixed = mixed()) {
            assertTrue(mixed.passUntil(Duration.ofSeconds(5), mixed::agree), mixed.leader::describe);
            long first = mixed.leader.association();
            assertTrue(mixed.passUntil(
                    Duration.ofSeconds(302), () -> mixed.leader.events().contains(Kind.IDLE)));
            assertTrue(mixed.millis() >= 300_000);
            assertTrue(mixed.passUntil(Duration.ofSeconds(60), mixed::agree), mixed.leader::describe);
            long second = mixed.leader.association();
            assertNotEquals(first, second);
            long idleMillis = mixed.leader.millisOf(Kind.IDLE).getFirst();
            mixed.pass(Duration.ofHours(1));
            assertTrue(mixed.agree());
            assertEquals(List.of(idleMillis), closings(mixed.leader, idleMillis));
        }
    }

    @Test
    void onePeerThatIsBackLaterDoesNot() {
        try (ModelPair mixed = mixed()) {
            assertTrue(mixed.passUntil(Duration.ofSeconds(5), mixed::agree), mixed.leader::describe);
            assertTrue(mixed.passUntil(Duration.ofSeconds(302), () -> mixed.leader.session() == null));
            mixed.net.watch(datagram -> false);
            mixed.net.takeIexAway(true);
            mixed.pass(Duration.ofSeconds(61));
            mixed.net.watch(datagram -> true);
            mixed.net.takeIexAway(false);
            assertTrue(mixed.passUntil(Duration.ofSeconds(60), mixed::agree), mixed.leader::describe);
            long connectedMillis = mixed.millis();
            assertTrue(
                    mixed.passUntil(Duration.ofSeconds(302), () -> mixed.leader.session() == null),
                    mixed.leader::describe);
            assertTrue(mixed.millis() - connectedMillis >= 299_000);
        }
    }

    @Test
    void packetsThatHaveWaitedForThirtySecondsAreDroppedAndThenNoSessionIsWanted() {
        pair.pass(Duration.ofSeconds(10));
        pair.net.watch(datagram -> false);
        pair.net.takeIexAway(true);
        int number = pair.nextPacket();
        pair.follower.send(number);
        pair.pass(Duration.ofMillis(29_900));
        assertEquals(0, pair.follower.counters().dropped(DropReason.OUTBOUND_PENDING_EXPIRED));
        assertEquals(PeerState.SEEKING, pair.follower.state());
        pair.pass(Duration.ofMillis(1_200));
        assertEquals(1, pair.follower.counters().dropped(DropReason.OUTBOUND_PENDING_EXPIRED));
        assertTrue(pair.passUntil(Duration.ofSeconds(2), () -> pair.follower.state() == PeerState.DORMANT));
        pair.net.watch(datagram -> true);
        pair.net.takeIexAway(false);
        assertTrue(pair.carries(pair.follower, pair.leader));
        assertTrue(!pair.leader.hasReceived(number), "it would be far too late");
    }

    @Test
    void andAlsoWhereSessionsAreOpenedAtOnce() {
        try (ModelPair eager = new ModelPair(1)) {
            eager.net.watch(datagram -> false);
            eager.follower.send(eager.nextPacket());
            eager.pass(Duration.ofMillis(29_900));
            assertEquals(0, eager.follower.counters().dropped(DropReason.OUTBOUND_PENDING_EXPIRED));
            eager.pass(Duration.ofMillis(1_200));
            assertEquals(1, eager.follower.counters().dropped(DropReason.OUTBOUND_PENDING_EXPIRED));
            assertEquals(PeerState.SEEKING, eager.follower.state());
        }
    }

    @Test
    void theNewestSixteenPacketsWaitAndGoOnceThereIsASession() {
        pair.pass(Duration.ofSeconds(10));
        pair.net.watch(datagram -> false);
        List<Integer> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(pair.nextPacket());
            pair.follower.send(waiting.getLast());
            pair.pass(Duration.ofMillis(10));
        }
        assertEquals(4, pair.follower.counters().dropped(DropReason.OUTBOUND_PENDING_FULL));
        pair.net.watch(datagram -> true);
        assertTrue(pair.passUntil(Duration.ofSeconds(10), () -> pair.leader.hasReceived(waiting.getLast())));
        for (int i = 0; i < 20; i++) {
            assertEquals(i >= 4, pair.leader.hasReceived(waiting.get(i)), "packet " + i);
        }
    }

    /** The leader opens its sessions on demand, the follower at once. */
    private static ModelPair mixed() {
        return new ModelPair(1, SessionTimings.DEFAULTS, EAGER, ON_DEMAND, HandshakeSettings.RECORD_LIMIT);
    }

    /** Closings of idle sessions since then, as far as the ring of events still has them. */
    private static List<Long> closings(ModelEnd end, long sinceMillis) {
        List<Long> all = new ArrayList<>(List.of(sinceMillis));
        end.millisOf(Kind.IDLE).stream().filter(each -> each > sinceMillis).forEach(all::add);
        return all;
    }

    private void watch() {
        pair.net.watch(datagram -> sent.add(datagram));
    }
}
