package badger.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.wire.DtlsRecord;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ReplayWindowTest {
    private static final long LAST = DtlsRecord.MAXIMUM_SEQUENCE;

    @Test
    void agreesWithASetOfAllNumbersSeen() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ReplayWindow window = new ReplayWindow();
            Set<Long> seen = new HashSet<>();
            long newest = -1;
            for (int step = 0; step < 50_000; step++) {
                long sequence = next(random, newest);
                boolean expected = newest - sequence < ReplayWindow.WINDOW_RECORDS && !seen.contains(sequence);
                assertEquals(expected, window.isFresh(sequence), "seed " + seed + " step " + step + ": " + sequence);
                if (expected && random.nextInt(8) != 0) {
                    window.accept(sequence);
                    seen.add(sequence);
                    newest = Math.max(newest, sequence);
                }
            }
        }
    }

    /** Mostly small steps, now and then a jump of around the window or far beyond. */
    private static long next(Random random, long newest) {
        int kind = random.nextInt(100);
        long step = kind < 70
                ? random.nextInt(-200, 200)
                : kind < 98 ? random.nextInt(-10_000, 300) : random.nextInt(40_000);
        return Math.max(0, newest + step);
    }

    @Test
    void rejectsRecordOlderThanWindow() {
        ReplayWindow window = new ReplayWindow();
        window.accept(ReplayWindow.WINDOW_RECORDS);
        assertFalse(window.isFresh(0));
        assertTrue(window.isFresh(1));
    }

    @Test
    void bearsTheWholeRangeOfNumbers() {
        ReplayWindow window = new ReplayWindow();
        window.accept(0);
        window.accept(LAST);
        assertFalse(window.isFresh(LAST));
        assertFalse(window.isFresh(0));
        assertTrue(window.isFresh(LAST - ReplayWindow.WINDOW_RECORDS + 1));
        assertFalse(window.isFresh(LAST - ReplayWindow.WINDOW_RECORDS));
    }
}
