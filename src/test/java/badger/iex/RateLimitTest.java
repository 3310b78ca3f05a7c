package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RateLimitTest {
    // Near the overflow, so that every comparison of times meets it.
    private long now = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(1_500);

    @Test
    void letsABurstThroughAndThenTheRate() {
        RateLimit limit = new RateLimit(10, 20);
        assertEquals(20, taken(limit, 1, 100));
        now += TimeUnit.MILLISECONDS.toNanos(100);
        assertEquals(1, taken(limit, 1, 100));
        now += TimeUnit.SECONDS.toNanos(1);
        assertEquals(10, taken(limit, 1, 100));
    }

    /** 300 MB/s are 3.3 ns for a byte: whole nanoseconds would let 11 % more through. */
    @Test
    void keepsARateThatIsNoWholeNumberOfNanosecondsForEach() {
        RateLimit limit = new RateLimit(300_000_000, 3_000_000);
        long bytes = 0;
        for (int i = 0; i < 3_000; i++) {
            bytes += 1_400L * taken(limit, 1_400, 1_000);
            now += TimeUnit.MILLISECONDS.toNanos(1);
        }
        assertTrue(Math.abs(903_000_000 - bytes) < 2_000_000, bytes + " bytes");
    }

    @Test
    void takesNothingByLooking() {
        RateLimit limit = new RateLimit(1, 2);
        for (int i = 0; i < 10; i++) {
            assertTrue(limit.has(2, now));
        }
        assertTrue(limit.tryTake(2, now));
        assertFalse(limit.has(1, now));
    }

    private int taken(RateLimit limit, long count, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += limit.tryTake(count, now) ? 1 : 0;
        }
        return taken;
    }
}
