package badger.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.ConnectPolicy;
import badger.connect.SessionTimings;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerState;
import badger.record.Role;
import badger.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Sessions are kept alive, given up and renewed by time and by use (paper rows P56 and P59), without losing a packet.
 */
final class LivenessTest {
    private static final int RECORD_LIMIT = 2_000;

    private final ModelPair pair = new ModelPair(1);
    private final List<ModelDatagram> sent = new ArrayList<>();

    @Test
    void anEmptyRecordGoesAfterFifteenSecondsInWhichNothingWasSent() {
        connect(pair);
        watch();
        // The way into the LAN is tried at 15 s, and then at 75 s.
        pair.pass(Duration.ofSeconds(74));
        int keepAlives = 0;
        for (ModelEnd end : List.of(pair.leader, pair.follower)) {
            List<ModelDatagram> records = sent.stream()
                    .filter(each -> each.from() == end && each.isRecord())
                    .toList();
            for (int i = 1; i < records.size(); i++) {
                long pause = records.get(i).millis() - records.get(i - 1).millis();
                assertTrue(pause <= 15_020, () -> "a pause of " + pause + " ms");
                keepAlives += pause >= 14_980 && records.get(i).isKeepAlive() ? 1 : 0;
            }
        }
        assertTrue(keepAlives >= 2, sent::toString);
        assertEquals(PeerState.CONNECTED, pair.leader.state());
    }

    @Test
    void orAsOftenAsTheUserSays() {
        SessionTimings timings = new SessionTimings(Duration.ofMillis(300), SessionTimings.RENEWAL);
        try (ModelPair often = pairOf(timings)) {
            connect(often);
            often.pass(Duration.ofSeconds(20));
            List<Long> keepAlives = new ArrayList<>();
            often.net.watch(datagram -> {
                if (datagram.from() == often.leader && datagram.isKeepAlive()) {
                    keepAlives.add(datagram.millis());
                }
                return true;
            });
            often.pass(Duration.ofSeconds(3));
            assertTrue(keepAlives.size() >= 9 && keepAlives.size() <= 10, keepAlives::toString);
        }
    }

    @Test
    void whoGetsPacketsAnswersWithinASecondEvenIfItHasNone() {
        connect(pair);
        pair.pass(Duration.ofSeconds(20));
        watch();
        for (int i = 0; i < 300; i++) {
            pair.follower.send(pair.nextPacket());
            pair.pass(Duration.ofMillis(50));
        }
        List<ModelDatagram> answers = sent.stream()
                .filter(each -> each.from() == pair.leader && each.isKeepAlive())
                .toList();
        assertTrue(answers.size() >= 13 && answers.size() <= 15, answers::toString);
        for (int i = 1; i < answers.size(); i++) {
            long pause = answers.get(i).millis() - answers.get(i - 1).millis();
            assertTrue(pause >= 1_000 && pause <= 1_070, () -> "a pause of " + pause + " ms");
        }
    }

    @Test
    void aPeerThatIsSilentForFortyFiveSecondsIsGivenUp() {
        connect(pair);
        pair.pass(Duration.ofSeconds(20));
        long silentMillis = pair.millis();
        pair.net.watch(datagram -> false);
        pair.pass(Duration.ofSeconds(30));
        assertEquals(PeerState.CONNECTED, pair.leader.state());
        assertTrue(pair.passUntil(Duration.ofSeconds(20), () -> pair.leader.session() == null));
        assertEquals(PeerState.SEEKING, pair.leader.state());
        assertEquals("silent for 45 s", pair.leader.newest(Kind.GIVEN_UP));
        // The last record came up to fifteen seconds before, and a look may be a second away.
        assertTrue(pair.millis() - silentMillis <= 46_000);
        assertTrue(pair.leader.millisOf(Kind.GIVEN_UP).getFirst() - silentMillis >= 30_000);
    }

    @Test
    void andNotAMomentBefore() {
        connect(pair);
        pair.pass(Duration.ofSeconds(20));
        assertTrue(pair.carries(pair.follower, pair.leader));
        long heardMillis = pair.millis();
        pair.net.watch(datagram -> false);
        assertTrue(pair.passUntil(Duration.ofSeconds(50), () -> pair.leader.session() == null));
        long silence = pair.millis() - heardMillis;
        assertTrue(silence >= 44_980 && silence <= 46_100, silence + " ms");
        pair.net.watch(datagram -> true);
        assertTrue(pair.passUntil(Duration.ofSeconds(60), pair::agree), pair.leader::describe);
        assertTrue(pair.carries(pair.follower, pair.leader));
    }

    @Test
    void theLeaderRenewsAfterTenMinutesAndNoPacketIsLostOrDoubled() {
        connect(pair);
        long first = pair.leader.association();
        long establishedMillis = pair.leader.millisOf(Kind.CONNECTED).getFirst();
        pair.pass(Duration.ofMinutes(10).minus(Duration.ofSeconds(2)));
        assertEquals(first, pair.leader.association());
        List<Integer> there = new ArrayList<>();
        List<Integer> back = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            there.add(sendNext(pair.leader));
            back.add(sendNext(pair.follower));
            pair.pass(Duration.ofMillis(10));
        }
        long renewedAfter = pair.leader.millisOf(Kind.RENEWING).getFirst() - establishedMillis;
        assertTrue(renewedAfter >= 600_000 && renewedAfter <= 601_000, renewedAfter + " ms");
        assertEquals(List.of(), pair.follower.millisOf(Kind.RENEWING));
        assertTrue(pair.agree());
        assertNotEquals(first, pair.leader.association());
        assertEquals(Role.CLIENT, pair.leader.session().association().role());
        assertTrue(there.stream().allMatch(pair.follower::hasReceived));
        assertTrue(back.stream().allMatch(pair.leader::hasReceived));
        assertEquals(0, pair.leader.doubled() + pair.follower.doubled());
        assertEquals(List.of(), pair.leader.controller().sessions().older(), "the former one has been closed");
    }

    @Test
    void manyRenewalsLoseAndDoubleNothingEither() {
        try (ModelPair hasty = pairOf(new SessionTimings(SessionTimings.KEEP_ALIVE, Duration.ofSeconds(5)))) {
            connect(hasty);
            Set<Long> used = new HashSet<>();
            List<Integer> there = new ArrayList<>();
            for (int i = 0; i < 30_000; i++) {
                int number = hasty.nextPacket();
                hasty.leader.send(number);
                there.add(number);
                hasty.pass(Duration.ofMillis(10));
                used.add(hasty.leader.association());
            }
            hasty.pass(Duration.ofSeconds(1));
            // Every five seconds, and what a look every second and a handshake add.
            assertTrue(used.size() >= 50 && used.size() <= 61, used.size() + " sessions in 5 min");
            assertTrue(there.stream().allMatch(hasty.follower::hasReceived));
            assertEquals(0, hasty.follower.doubled());
        }
    }

    @Test
    void theFollowerRenewsAQuarterLaterWhereTheLeaderHasNot() {
        connect(pair);
        long first = pair.leader.association();
        long establishedMillis = pair.follower.millisOf(Kind.CONNECTED).getFirst();
        pair.net.watch(datagram -> !(datagram.from() == pair.leader && datagram.isHello()));
        pair.pass(Duration.ofSeconds(740));
        assertEquals(first, pair.follower.association());
        assertTrue(pair.passUntil(Duration.ofSeconds(15), () -> pair.follower.association() != first));
        long renewedAfter = pair.follower.millisOf(Kind.RENEWING).getFirst() - establishedMillis;
        assertTrue(renewedAfter >= 750_000 && renewedAfter <= 751_000, renewedAfter + " ms");
        assertEquals(Role.CLIENT, pair.follower.session().association().role());
        pair.pass(Duration.ofSeconds(3));
        assertTrue(pair.agree());
    }

    @Test
    void keysAreUsedNoLongerThanThreeTimesTheirTime() {
        connect(pair);
        Session first = pair.leader.session();
        long establishedMillis = pair.leader.millisOf(Kind.CONNECTED).getFirst();
        pair.net.watch(datagram -> !datagram.isHello());
        for (int second = 0; second < 1_795; second++) {
            pair.pass(Duration.ofSeconds(1));
            assertSame(first, pair.leader.session(), "after " + second + " s");
        }
        assertEquals(PeerState.RENEWING, pair.leader.state());
        assertTrue(pair.passUntil(Duration.ofSeconds(10), () -> pair.leader.session() == null));
        long age = pair.millis() - establishedMillis;
        assertTrue(age >= 1_800_000 && age <= 1_801_100, age + " ms");
        assertEquals("its key is too old, and no handshake has brought a new one", pair.leader.newest(Kind.GIVEN_UP));
        pair.net.watch(datagram -> true);
        assertTrue(pair.passUntil(Duration.ofSeconds(20), pair::agree), pair.leader::describe);
    }

    @Test
    void aKeyThatHasSealedHalfOfWhatItMayIsRenewed() {
        try (ModelPair brief = pairOf(SessionTimings.DEFAULTS)) {
            connect(brief);
            long first = brief.leader.association();
            int number = 0;
            for (int i = 0; i < 10 * RECORD_LIMIT; i++) {
                number = brief.nextPacket();
                brief.follower.send(number);
                brief.pass(Duration.ofMillis(10));
                assertTrue(brief.follower.session().recordsSealed() < RECORD_LIMIT * 3 / 4);
                assertEquals("", brief.follower.newest(Kind.GIVEN_UP));
            }
            brief.pass(Duration.ofMillis(50));
            assertTrue(brief.leader.hasReceived(number));
            assertTrue(brief.leader.association() - first >= 15, "twenty times half of the limit");
        }
    }

    @Test
    void aKeyThatIsUsedUpIsGivenUp() {
        try (ModelPair brief = pairOf(SessionTimings.DEFAULTS)) {
            connect(brief);
            brief.net.watch(datagram -> !datagram.isHello());
            assertTrue(brief.passUntil(Duration.ofMinutes(2), () -> {
                brief.follower.send(brief.nextPacket());
                return brief.follower.session() == null;
            }));
            assertEquals("its key has sealed as many records as it may", brief.follower.newest(Kind.GIVEN_UP));
            assertEquals(PeerState.SEEKING, brief.follower.state());
            brief.net.watch(datagram -> true);
            assertTrue(brief.passUntil(Duration.ofSeconds(20), brief::agree), brief.leader::describe);
        }
    }

    @Test
    void aServerHoldsBackUntilTheFirstRecordOrForHalfASecond() {
        pair.net.watch(datagram -> !(datagram.from() == pair.leader && datagram.isRecord()));
        assertTrue(pair.passUntil(Duration.ofSeconds(1), () -> pair.follower.state() == PeerState.HOLDING_BACK));
        long heldMillis = pair.follower.millisOf(Kind.CONNECTED).getFirst();
        assertTrue(pair.passUntil(Duration.ofSeconds(1), () -> pair.follower.state() == PeerState.CONNECTED));
        long held = pair.millis() - heldMillis;
        assertTrue(held >= 500 && held <= 760, held + " ms");
        try (ModelPair other = new ModelPair(1)) {
            connect(other);
            assertEquals(PeerState.CONNECTED, other.follower.state(), "released by the leader's first record");
            assertTrue(other.millis() <= 200);
        }
    }

    private static ModelPair pairOf(SessionTimings timings) {
        return new ModelPair(1, timings, ConnectPolicy.of(ConnectPolicy.When.EAGER), RECORD_LIMIT);
    }

    private static void connect(ModelPair pair) {
        assertTrue(pair.passUntil(
                Duration.ofSeconds(5),
                () -> pair.agree() && pair.follower.session().mayTransmit()));
    }

    private int sendNext(ModelEnd from) {
        int number = pair.nextPacket();
        from.send(number);
        return number;
    }

    private void watch() {
        pair.net.watch(datagram -> sent.add(datagram));
    }
}
