package badger.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When heartbeats go. The clock is the test's, and begins close to its overflow. */
final class HeartbeatPaceTest {
    private static final long START = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(5_200);

    private final HeartbeatPace pace = new HeartbeatPace(START);

    @Test
    void beatsSoonAndThenLessOftenUntilItIsAnswered() {
        assertEquals(List.of(0L, 500L, 1_250L, 2_375L, 4_062L), beatsUntil(5_000));
    }

    @Test
    void beatsEveryFiveSecondsOneTenthMoreOrLessWhileMapsCome() {
        long last = answeredAtOnce();
        for (int map = 0; map < 50; map++) {
            pace.heard(at(last + 4_000), false);
            long next = beat(nextMillis());
            long pause = next - last;
            assertTrue(pause >= 4_500 && pause <= 5_500, () -> "ms: " + pause);
            last = next;
        }
    }

    /** A map that is a little late is no reason to beat sooner; a map that is a second late is one. */
    @Test
    void asksOnceASecondFromSixSecondsOfSilence() {
        long second = answeredAtOnce();
        List<Long> beats = beatsUntil(12_000);
        assertTrue(beats.get(0) - second >= 4_500 && beats.get(0) - second <= 5_500, beats::toString);
        // The heartbeat before may be less than a second old.
        assertEquals(Math.max(6_100, beats.get(0) + 1_000), beats.get(1));
        for (int later = 2; later < beats.size(); later++) {
            assertEquals(1_000, beats.get(later) - beats.get(later - 1));
        }
    }

    @Test
    void aServerIsSilentAfterElevenAndAHalfSecondsAndTheNextOneIsAskedOftenAtFirst() {
        beat(0);
        assertTrue(pace.heard(at(100), false));
        assertFalse(pace.isSilent(at(11_599)));
        assertTrue(pace.isSilent(at(11_600)));
        assertTrue(pace.fallSilent());
        assertFalse(pace.fallSilent());
        assertTrue(pace.moveOn(at(11_600)));
        pace.located(at(11_600));
        beat(11_600);
        List<Long> beats = beatsUntil(24_000);
        assertEquals(12_100, beats.get(0));
        assertTrue(beats.contains(23_100L), () -> "not when the time of the second is over: " + beats);
        assertFalse(pace.moveOn(at(23_100)));
        assertTrue(pace.moveOn(at(23_101)));
        assertTrue(pace.heard(at(23_200), false));
        assertFalse(pace.isSilent(at(23_200)));
    }

    @Test
    void aServerThatNeverAnsweredGivesWayAfterFiveSecondsInWhichHeartbeatsCouldBeSent() {
        pace.notSent(at(2_000));
        assertFalse(pace.isSilent(at(6_999)));
        assertTrue(pace.isSilent(at(7_000)));
    }

    @Test
    void oneThatIsRefusedAsksAgainEverySecond() {
        beat(0);
        pace.heard(at(10), true);
        beat(500);
        assertEquals(1_500, nextMillis());
    }

    /** Another server may not know the node that holds the address. */
    @Test
    void theNextServerIsNotAskedAsOneThatRefuses() {
        beat(0);
        pace.heard(at(10), true);
        assertTrue(pace.fallSilent());
        assertTrue(pace.moveOn(at(12_000)));
        pace.located(at(12_000));
        assertEquals(List.of(12_500L, 13_250L), beatsAfter(12_000, 14_000));
    }

    /** No heartbeat could be sent before, so no server was silent. */
    @Test
    void beatsOnceASecondAtMostWhereNothingCanBeSent() {
        assertTrue(pace.isSilent(at(5_000)));
        assertTrue(pace.fallSilent());
        pace.notSent(at(20_000));
        assertFalse(pace.isSilent(at(20_000)));
        List<Long> beats = beatsAfter(20_000, 40_000);
        assertTrue(beats.size() <= 21, beats::toString);
    }

    @Test
    void isDueAtOnceWhenThereIsSomethingToTell() {
        beat(0);
        pace.heard(at(10), false);
        pace.hurry(at(300));
        assertEquals(300, nextMillis());
    }

    /** @return when the second heartbeat went; its time was set before the answer came */
    private long answeredAtOnce() {
        beat(0);
        pace.heard(at(100), false);
        return beat(nextMillis());
    }

    private List<Long> beatsAfter(long first, long last) {
        beat(first);
        return beatsUntil(last);
    }

    private List<Long> beatsUntil(long millis) {
        List<Long> beats = new ArrayList<>();
        while (nextMillis() <= millis) {
            beats.add(beat(nextMillis()));
        }
        return beats;
    }

    private long beat(long millis) {
        pace.beat(at(millis));
        return millis;
    }

    private long nextMillis() {
        return TimeUnit.NANOSECONDS.toMillis(pace.nextNanos() - START);
    }

    private static long at(long millis) {
        return START + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
