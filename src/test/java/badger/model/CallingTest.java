package badger.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.peer.Candidates;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerState;
import badger.record.Role;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Who calls, when, how often, and how much is sent to a peer that does not answer (paper rows P48, P50, P51). */
final class CallingTest {
    private static final Endpoint IEX = Endpoint.ofIpv4(0xCB007101, 9_944);

    private final ModelPair pair = new ModelPair(1);
    private final List<ModelDatagram> sent = new ArrayList<>();

    @Test
    void theLeaderCallsAtOnceAndTheFollowerNotAtAll() {
        pair.pass(Duration.ofSeconds(5));
        assertTrue(pair.agree());
        assertEquals(Role.CLIENT, pair.leader.session().association().role());
        assertEquals(Role.SERVER, pair.follower.session().association().role());
        assertTrue(pair.leader.millisOf(Kind.CALLING).getFirst() <= 10);
        assertEquals(List.of(), pair.follower.millisOf(Kind.CALLING));
        assertTrue(pair.leader.millisOf(Kind.CONNECTED).getFirst() <= 100);
    }

    @Test
    void theFollowerCallsAfterOneAndAHalfSecondsWithoutACall() {
        silence(pair.leader);
        pair.pass(Duration.ofSeconds(5));
        assertNear(1_500, pair.follower.millisOf(Kind.CALLING).getFirst());
        assertNear(1_500, firstOf(pair.follower, ModelDatagram::isHello));
    }

    @Test
    void andPunchesMeanwhileAtOnceAndAtTheSameTimesAsTheLeader() {
        pair.net.watch(this::isNeverThere);
        pair.pass(Duration.ofMillis(4_900));
        assertEquals(List.of(0L, 150L, 400L, 900L, 1_900L, 3_400L), punchesAt(pair.follower));
        assertEquals(List.of(150L, 400L, 900L, 1_900L, 3_400L), punchesAt(pair.leader));
    }

    /** A call of this node's own would only get in the way of one that is under way. */
    @Test
    void aHelloSeenLeavesThePeerAloneForThreeSeconds() {
        pair.net.watch(datagram -> {
            sent.add(datagram);
            return datagram.isHello()
                    && datagram.target().equals(ModelPair.FOLLOWER_SEEN)
                    && pair.follower.millisOf(Kind.CALLED).isEmpty()
                    && datagram.millis() <= 20;
        });
        pair.pass(Duration.ofSeconds(5));
        long seen = pair.follower.millisOf(Kind.CALLED).getFirst();
        assertTrue(seen <= 30, seen + " ms");
        assertNear(seen + 3_000, pair.follower.millisOf(Kind.CALLING).getFirst());
    }

    @Test
    void pausesBetweenCallsGrowFromHalfASecondToEightAndByChanceByHalfAtMost() {
        pair.net.watch(datagram -> false);
        pair.net.takeIexAway(true);
        List<Long> pauses = new ArrayList<>();
        while (pauses.size() < 12) {
            assertTrue(pair.passUntil(Duration.ofSeconds(30), () -> isCalling(pair.leader)));
            assertTrue(pair.passUntil(Duration.ofSeconds(30), () -> !isCalling(pair.leader)));
            long failed = pair.millis();
            assertTrue(pair.passUntil(Duration.ofSeconds(30), () -> isCalling(pair.leader)));
            pauses.add(pair.millis() - failed);
        }
        long expected = 500;
        boolean isJittered = false;
        for (long pause : pauses) {
            assertTrue(pause >= expected && pause <= expected + expected / 2 + 10, pauses.toString());
            isJittered |= pause > expected + 10;
            expected = Math.min(8_000, 2 * expected);
        }
        assertTrue(isJittered, pauses.toString());
    }

    @Test
    void aNodeKnocksWithItsNextThreeCallsAfterAFailureAndThenLeavesItToTheMaps() {
        pair.net.watch(datagram -> false);
        pair.net.takeIexAway(true);
        assertTrue(pair.passUntil(
                Duration.ofSeconds(5), () -> pair.leader.millisOf(Kind.CALLING).size() == 1));
        assertEquals(0, pair.leader.knocks());
        for (int calls = 2; calls <= 7; calls++) {
            int number = calls;
            assertTrue(pair.passUntil(
                    Duration.ofSeconds(30),
                    () -> pair.leader.millisOf(Kind.CALLING).size() == number));
            assertEquals(Math.min(3, calls - 1), pair.leader.knocks());
        }
    }

    @Test
    void aKnockBeginsANewSeriesOfPunchesAndHasTheLeaderCallButNotTwiceInASecond() {
        pair.net.watch(this::isNeverThere);
        pair.net.takeIexAway(true);
        assertTrue(pair.passUntil(
                Duration.ofSeconds(60),
                () -> pair.leader.millisOf(Kind.CALL_FAILED).size() == 3));
        int callsBefore = pair.leader.millisOf(Kind.CALLING).size();
        int seriesBefore = pair.leader.millisOf(Kind.PUNCHING).size();
        pair.leader.knocked();
        pair.pass(Duration.ofMillis(20));
        long knockedMillis = pair.leader.millisOf(Kind.KNOCKED).getFirst();
        assertNear(pair.millis() - 10, knockedMillis);
        assertEquals(callsBefore + 1, pair.leader.millisOf(Kind.CALLING).size());
        pair.pass(Duration.ofMillis(150));
        assertEquals(seriesBefore + 1, pair.leader.millisOf(Kind.PUNCHING).size());
        pair.leader.knocked();
        pair.pass(Duration.ofMillis(820));
        assertEquals(1, pair.leader.millisOf(Kind.KNOCKED).size());
        pair.leader.knocked();
        pair.pass(Duration.ofMillis(20));
        assertEquals(1, pair.leader.millisOf(Kind.KNOCKED).size(), "a second is not over");
        pair.pass(Duration.ofMillis(50));
        pair.leader.knocked();
        pair.pass(Duration.ofMillis(20));
        assertEquals(2, pair.leader.millisOf(Kind.KNOCKED).size());
    }

    @Test
    void whoFindsNoSlotForItsCallTriesAgainEveryFiftyMilliseconds() {
        assertTrue(pair.leader.callSlots().tryAcquire());
        pair.pass(Duration.ofSeconds(1));
        assertEquals(List.of(), pair.leader.millisOf(Kind.CALLING));
        pair.leader.callSlots().release();
        pair.pass(Duration.ofMillis(60));
        assertEquals(1, pair.leader.millisOf(Kind.CALLING).size());
    }

    @Test
    void aCallThatNobodyHasAnsweredGivesItsSlotBackAfterASecondAndGoesOn() {
        pair.net.watch(datagram -> false);
        assertTrue(pair.passUntil(
                Duration.ofSeconds(1), () -> pair.leader.callSlots().availablePermits() == 0));
        long startMillis = pair.millis();
        assertTrue(pair.passUntil(
                Duration.ofSeconds(5), () -> pair.leader.callSlots().availablePermits() == 1));
        assertNear(startMillis + 1_000, pair.millis());
        assertFalse(!isCalling(pair.leader));
        pair.net.watch(datagram -> true);
        assertTrue(pair.passUntil(Duration.ofSeconds(2), pair::agree));
        assertEquals(1, pair.leader.callSlots().availablePermits(), "given back once");
    }

    @Test
    void aCallThatWasAnsweredKeepsItsSlotUntilItIsOver() {
        pair.net.watch(datagram -> datagram.isHello() || datagram.isAnswer());
        pair.pass(Duration.ofSeconds(5));
        assertEquals(1, pair.leader.millisOf(Kind.ANSWERED).size());
        assertEquals(0, pair.leader.callSlots().availablePermits());
        assertTrue(pair.passUntil(
                Duration.ofSeconds(6),
                () -> !pair.leader.millisOf(Kind.CALL_FAILED).isEmpty()));
        assertEquals(1, pair.leader.callSlots().availablePermits());
    }

    @Test
    void fortyDatagramsGoToAPeerThatDoesNotAnswerAndThenFiveInASecond() {
        pair.net.watch(this::isNeverThere);
        pair.net.takeIexAway(true);
        List<Endpoint> further = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            further.add(Endpoint.ofIpv4(0xC0A80B00 + i, 2_000));
        }
        pair.leader.peer().updateCandidates(new Candidates(ModelPair.FOLLOWER_SEEN, ModelPair.FOLLOWER_OWN, further));
        for (int second = 1; second <= 60; second++) {
            pair.pass(Duration.ofSeconds(1));
            long all = sentBy(pair.leader);
            assertTrue(all <= 40 + 5L * second, all + " datagrams in " + second + " s");
            if (second % 5 == 0) {
                // Whoever has a map every five seconds, too.
                pair.leader.knocked();
            }
        }
        long atFirst = sent.stream()
                .filter(each -> each.millis() <= 2_000 && each.from() == pair.leader)
                .count();
        assertTrue(atFirst >= 40, atFirst + " datagrams at first");
    }

    @Test
    void byWayOfIexAPeerIsCalledAfterTwoSecondsAndReachedWithinFive() {
        offerRelay();
        pair.net.watch(datagram -> {
            sent.add(datagram);
            return RelayEndpoint.isOne(datagram.target());
        });
        pair.pass(Duration.ofMillis(1_990));
        assertEquals(
                0,
                sent.stream().filter(each -> RelayEndpoint.isOne(each.target())).count());
        assertTrue(pair.passUntil(Duration.ofSeconds(3), pair::agree), pair.leader::describe);
        assertTrue(RelayEndpoint.isOne(pair.leader.sendsTo()));
        assertTrue(RelayEndpoint.isOne(pair.follower.sendsTo()));
        assertTrue(pair.carries(pair.leader, pair.follower));
        assertTrue(pair.carries(pair.follower, pair.leader));
    }

    @Test
    void noCallAndNoPacketGoesByWayOfIexWhereThePeerIsReachedDirectly() {
        offerRelay();
        pair.net.watch(datagram -> sent.add(datagram));
        for (int second = 0; second < 60; second++) {
            pair.pass(Duration.ofSeconds(1));
            assertTrue(pair.carries(pair.leader, pair.follower));
            assertTrue(pair.carries(pair.follower, pair.leader));
        }
        List<ModelDatagram> relayed =
                sent.stream().filter(each -> RelayEndpoint.isOne(each.target())).toList();
        // The way may be tried out, which is all.
        assertTrue(relayed.stream().allMatch(ModelDatagram::isPathMessage), relayed::toString);
    }

    @Test
    void norWhereIexOffersNothing() {
        silence(pair.leader);
        pair.pass(Duration.ofSeconds(20));
        assertEquals(PeerState.SEEKING, pair.follower.state());
        assertEquals(
                0,
                sent.stream().filter(each -> RelayEndpoint.isOne(each.target())).count());
    }

    private static boolean isCalling(ModelEnd end) {
        return end.controller().connector().calling() != null;
    }

    private void offerRelay() {
        pair.leader.offerRelay(IEX);
        pair.follower.offerRelay(IEX);
    }

    private void silence(ModelEnd silent) {
        pair.net.watch(datagram -> {
            sent.add(datagram);
            return datagram.from() != silent;
        });
    }

    private boolean isNeverThere(ModelDatagram datagram) {
        sent.add(datagram);
        return false;
    }

    private long sentBy(ModelEnd end) {
        return sent.stream().filter(each -> each.from() == end).count();
    }

    private long firstOf(ModelEnd end, Predicate<ModelDatagram> kind) {
        return sent.stream()
                .filter(each -> each.from() == end && kind.test(each))
                .findFirst()
                .orElseThrow()
                .millis();
    }

    /** When punches went, each time once and rounded down to ten milliseconds from the first look on. */
    private List<Long> punchesAt(ModelEnd end) {
        long first = sent.getFirst().millis();
        return sent.stream()
                .filter(each -> each.from() == end && each.isPunch())
                .map(each -> each.millis() - first)
                .distinct()
                .toList();
    }

    private static void assertNear(long expectedMillis, long millis) {
        assertTrue(Math.abs(millis - expectedMillis) <= 20, () -> millis + " ms instead of " + expectedMillis);
    }
}
