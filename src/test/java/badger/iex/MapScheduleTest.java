package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MapScheduleTest {
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2);
    private final MapSchedule schedule = new MapSchedule(IexSettings.DEFAULTS, START);

    @Test
    void sendsEveryFiveSeconds() {
        assertFalse(schedule.isRoundDue(at(4_999)));
        assertTrue(schedule.isRoundDue(at(5_000)));
        schedule.roundBegins(at(5_000));
        assertFalse(schedule.isRoundDue(at(9_999)));
        assertTrue(schedule.isRoundDue(at(10_000)));
    }

    @Test
    void sendsShortlyAfterAChangeFourTimesAgainSoonAndCountsAnewFromThere() {
        schedule.changed(at(3_000));
        schedule.changed(at(3_040));
        assertFalse(schedule.isRoundDue(at(3_049)));
        assertTrue(schedule.isRoundDue(at(3_050)));
        for (long round : new long[] {3_050, 3_550, 4_550, 5_550, 7_550, 12_550, 17_550}) {
            assertFalse(schedule.isRoundDue(at(round - 1)), "early " + round);
            assertTrue(schedule.isRoundDue(at(round)), "late " + round);
            schedule.roundBegins(at(round));
        }
    }

    @Test
    void spacesTheRoundsOfAStormOfChanges() {
        int rounds = 0;
        for (long millis = 0; millis < 4_000; millis++) {
            schedule.changed(at(millis));
            if (schedule.isRoundDue(at(millis))) {
                schedule.roundBegins(at(millis));
                rounds++;
            }
        }
        assertTrue(rounds >= 14 && rounds <= 17, "rounds " + rounds);
    }

    @Test
    void purgesByItsTimerAndAfterAChange() {
        assertFalse(schedule.isPurgeDue(at(999)));
        assertTrue(schedule.isPurgeDue(at(1_000)));
        schedule.purged(at(1_000));
        assertFalse(schedule.isPurgeDue(at(1_500)));
        schedule.changed(at(1_500));
        assertTrue(schedule.isPurgeDue(at(1_550)));
    }

    @Test
    void saysHowLongNothingIsDue() {
        assertEquals(TimeUnit.MILLISECONDS.toNanos(1_000), schedule.nanosUntilDue(at(0)));
        schedule.changed(at(0));
        assertEquals(TimeUnit.MILLISECONDS.toNanos(50), schedule.nanosUntilDue(at(0)));
    }

    private static long at(long millis) {
        return START + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
