package badger.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.peer.PeerEvent.Kind;
import badger.session.PathState;
import badger.session.PeerPath;
import badger.session.Session;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Where sessions send: nearer, after the peer, and away from a path that has died; and what goes where nobody has
 * answered.
 */
final class PathChoiceTest {
    private static final Endpoint REBOUND = ModelPair.FOLLOWER_SEEN.withPort(40_000);
    private static final Endpoint STRANGER = Endpoint.ofIpv4(0xCB007142, 666);
    private static final Endpoint IEX = Endpoint.ofIpv4(0xCB007101, 9_944);

    private final ModelPair pair = new ModelPair(1);
    private final List<ModelDatagram> sent = new ArrayList<>();

    /** The way out of the LAN is there from the start; whoever is in the LAN finds out by itself. */
    @Test
    void aLanAddressIsTriedAtOnceAndAtFiveAndFifteenSecondsAndThenEveryMinute() {
        connect();
        watch();
        long startMillis = pair.leader.millisOf(Kind.CONNECTED).getFirst();
        pair.pass(Duration.ofMinutes(4));
        List<Long> series = new ArrayList<>();
        for (ModelDatagram each : sent) {
            boolean isTry = each.from() == pair.leader && each.target().equals(ModelPair.FOLLOWER_OWN);
            long seconds = (each.millis() - startMillis) / 1_000;
            // Five challenges each time, within 1.5 s; the one at one second finds the first still under way.
            if (isTry && (series.isEmpty() || seconds - series.getLast() > 2)) {
                series.add(seconds);
            }
        }
        assertTrue(series.containsAll(List.of(0L, 5L, 15L, 75L, 135L, 195L)), series::toString);
        assertEquals(ModelPair.FOLLOWER_SEEN, pair.leader.sendsTo());
    }

    @Test
    void aPathInTheLanIsTakenOnceItWorksAndNoPacketIsLost() {
        connect();
        Session session = pair.leader.session();
        PeerPath before = session.path();
        long startMillis = pair.leader.millisOf(Kind.CONNECTED).getFirst();
        pair.pass(Duration.ofSeconds(3));
        pair.net.connectLan(true);
        int first = pair.nextPacket();
        int last = first;
        while (pair.millis() < startMillis + 5_100) {
            last = sendBothWays();
            pair.pass(Duration.ofMillis(10));
        }
        assertEquals(ModelPair.FOLLOWER_OWN, pair.leader.sendsTo());
        assertEquals(ModelPair.LEADER_OWN, pair.follower.sendsTo());
        assertTrue(pair.leader.newest(Kind.MOVED).endsWith(": nearer"), pair.leader.newest(Kind.MOVED));
        assertSame(session, pair.leader.session());
        assertEquals(PathState.LEAVING, before.state());
        assertEquals(PathState.IN_USE, session.path().state());
        pair.pass(Duration.ofMillis(100));
        for (int number = first + 1; number <= last; number++) {
            assertTrue(pair.leader.hasReceived(number) || pair.follower.hasReceived(number), "packet " + number);
        }
        pair.pass(Duration.ofSeconds(3));
        assertEquals(PathState.CLOSED, before.state(), "three seconds later");
        assertEquals(0, pair.leader.doubled() + pair.follower.doubled());
    }

    @Test
    void aPeerWhoseNatGivesItAnotherPortIsFollowedWithItsFirstPacket() {
        connect();
        pair.pass(Duration.ofSeconds(20));
        pair.follower.rebind(REBOUND);
        Session session = pair.leader.session();
        assertTrue(pair.carries(pair.follower, pair.leader));
        // A round trip for challenge and response.
        assertTrue(pair.passUntil(
                Duration.ofMillis(100), () -> pair.leader.sendsTo().equals(REBOUND)));
        assertTrue(pair.leader.newest(Kind.MOVED).endsWith(": the peer sends from there"));
        assertSame(session, pair.leader.session());
        assertTrue(pair.carries(pair.leader, pair.follower));
    }

    @Test
    void nothingButChallengesGoesWhereNobodyHasAnsweredOne() {
        connect();
        pair.pass(Duration.ofSeconds(20));
        List<byte[]> caught = new ArrayList<>();
        pair.net.watch(datagram -> {
            boolean isCaught = datagram.from() == pair.follower && datagram.isPacket() && caught.isEmpty();
            if (isCaught) {
                caught.add(datagram.bytes());
            }
            return !isCaught;
        });
        pair.follower.send(pair.nextPacket());
        pair.pass(Duration.ofMillis(50));
        // Somebody on the way lets an authentic packet come from an address of his own.
        watch();
        pair.net.inject(STRANGER, pair.leader, caught.getFirst());
        for (int i = 0; i < 50; i++) {
            pair.leader.send(pair.nextPacket());
            pair.pass(Duration.ofMillis(100));
        }
        List<ModelDatagram> toStranger =
                sent.stream().filter(each -> each.target().equals(STRANGER)).toList();
        assertEquals(5, toStranger.size(), toStranger::toString);
        assertTrue(toStranger.stream().allMatch(ModelDatagram::isPathMessage), toStranger::toString);
        assertTrue(toStranger.getLast().millis() - toStranger.getFirst().millis() <= 1_520);
        assertEquals(ModelPair.FOLLOWER_SEEN, pair.leader.sendsTo());
        assertEquals(List.of(), pair.leader.millisOf(Kind.MOVED));
    }

    @Test
    void noPacketGoesToANewPortBeforeItHasAnswered() {
        connect();
        pair.pass(Duration.ofSeconds(20));
        watch();
        pair.follower.rebind(REBOUND);
        for (int i = 0; i < 100; i++) {
            sendBothWays();
            pair.pass(Duration.ofMillis(10));
        }
        assertEquals(REBOUND, pair.leader.sendsTo());
        long movedMillis = pair.leader.millisOf(Kind.MOVED).getFirst();
        List<ModelDatagram> before = sent.stream()
                .filter(each -> each.target().equals(REBOUND) && each.millis() < movedMillis)
                .toList();
        assertTrue(!before.isEmpty() && before.stream().allMatch(ModelDatagram::isPathMessage), before::toString);
        assertTrue(sent.stream().anyMatch(each -> each.target().equals(REBOUND) && each.isPacket()));
    }

    /** In the LAN, as long as there is one; packets come all the time. */
    @Test
    void aPathIsChallenged150To200MillisecondsAfterPacketsCeaseAndLeftWhereNobodyAnswers() {
        pair.net.connectLan(true);
        connect();
        for (int i = 0; i < 500; i++) {
            sendBothWays();
            pair.pass(Duration.ofMillis(10));
        }
        assertEquals(ModelPair.FOLLOWER_OWN, pair.leader.sendsTo());
        pair.net.connectLan(false);
        watch();
        long lastPacketMillis = pair.millis() + 10;
        int knocksBefore = pair.leader.knocks();
        assertTrue(pair.passUntil(Duration.ofSeconds(5), () -> {
            sendBothWays();
            return pair.leader.sendsTo().equals(ModelPair.FOLLOWER_SEEN)
                    && pair.follower.sendsTo().equals(ModelPair.LEADER_SEEN);
        }));
        long challengedMillis = sent.stream()
                .filter(each -> each.from() == pair.leader && each.isPathMessage())
                .findFirst()
                .orElseThrow()
                .millis();
        long sinceLastPacket = challengedMillis - lastPacketMillis;
        assertTrue(sinceLastPacket >= 130 && sinceLastPacket <= 220, sinceLastPacket + " ms");
        // And as long again until the path is in doubt, and a round trip for the other.
        assertTrue(pair.millis() - lastPacketMillis <= 500, pair.millis() - lastPacketMillis + " ms");
        assertTrue(pair.leader.newest(Kind.MOVED).endsWith(": no answer on the path before"));
        assertTrue(pair.leader.knocks() > knocksBefore, "IEX is told");
        assertTrue(pair.carries(pair.leader, pair.follower));
        assertTrue(pair.carries(pair.follower, pair.leader));
    }

    @Test
    void whoOnlySendsAsksOnEveryPathAfterTwoAndAHalfSecondsOfSilence() {
        pair.net.connectLan(true);
        connect();
        pair.pass(Duration.ofSeconds(30));
        assertEquals(ModelPair.FOLLOWER_OWN, pair.leader.sendsTo());
        for (int i = 0; i < 100; i++) {
            pair.leader.send(pair.nextPacket());
            pair.pass(Duration.ofMillis(50));
        }
        pair.net.connectLan(false);
        long diedMillis = pair.millis();
        assertTrue(pair.passUntil(Duration.ofSeconds(10), () -> {
            pair.leader.send(pair.nextPacket());
            return pair.leader.sendsTo().equals(ModelPair.FOLLOWER_SEEN);
        }));
        // The last answer came up to a second before.
        long movedAfter = pair.millis() - diedMillis;
        assertTrue(movedAfter <= 3_100, movedAfter + " ms");
        assertTrue(pair.carries(pair.leader, pair.follower));
    }

    @Test
    void whoGetsAnotherAddressAndNoticesTellsThePeerAtOnce() {
        connect();
        pair.pass(Duration.ofSeconds(20));
        Session session = pair.leader.session();
        for (int move = 1; move <= 10; move++) {
            Endpoint own = ModelPair.FOLLOWER_OWN.withPort(1_000 + move);
            Endpoint seen = ModelPair.FOLLOWER_SEEN.withPort(50_000 + move);
            PeerPath before = pair.follower.session().path();
            pair.follower.roam(own, seen);
            pair.pass(Duration.ofMillis(10));
            assertNotEquals(before, pair.follower.session().path());
            assertEquals(PathState.LEAVING, before.state());
            assertTrue(
                    pair.passUntil(
                            Duration.ofMillis(100), () -> pair.leader.sendsTo().equals(seen)),
                    pair.leader::describe);
            assertTrue(pair.carries(pair.leader, pair.follower));
            assertTrue(pair.carries(pair.follower, pair.leader));
            pair.pass(Duration.ofMillis(300));
        }
        assertSame(session, pair.leader.session());
        assertEquals(10, pair.follower.millisOf(Kind.REOPENED).size());
    }

    @Test
    void sessionsByWayOfIexMoveToADirectPathOnceThereIsOne() {
        pair.leader.offerRelay(IEX);
        pair.follower.offerRelay(IEX);
        pair.net.watch(datagram -> RelayEndpoint.isOne(datagram.target()));
        assertTrue(pair.passUntil(Duration.ofSeconds(5), pair::agree));
        Session session = pair.leader.session();
        pair.pass(Duration.ofSeconds(30));
        assertTrue(RelayEndpoint.isOne(pair.leader.sendsTo()));
        pair.net.watch(datagram -> true);
        // Tried every five seconds in the first minute.
        assertTrue(pair.passUntil(
                Duration.ofMillis(5_200),
                () -> pair.leader.sendsTo().equals(ModelPair.FOLLOWER_SEEN)
                        && pair.follower.sendsTo().equals(ModelPair.LEADER_SEEN)));
        assertSame(session, pair.leader.session());
    }

    private void connect() {
        assertTrue(pair.passUntil(Duration.ofSeconds(5), pair::agree));
    }

    private void watch() {
        pair.net.watch(datagram -> sent.add(datagram));
    }

    /** @return the last packet's number */
    private int sendBothWays() {
        pair.leader.send(pair.nextPacket());
        int last = pair.nextPacket();
        pair.follower.send(last);
        return last;
    }
}
