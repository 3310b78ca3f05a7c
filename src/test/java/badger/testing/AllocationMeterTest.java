package badger.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AllocationMeterTest {
    private byte[] kept = new byte[0];
    private int count;

    @Test
    void seesOneArrayInEachIteration() {
        double bytes = AllocationMeter.bytesPerIteration(1_000, Duration.ofMillis(50), () -> kept = new byte[100]);
        assertTrue(bytes >= 100 && bytes < 200, "bytes per iteration: " + bytes);
        assertEquals(100, kept.length);
    }

    @Test
    void seesOneArrayInAThousandIterations() {
        double bytes = AllocationMeter.bytesPerIteration(10_000, Duration.ofMillis(50), () -> {
            if (++count % 1_000 == 0) {
                kept = new byte[1_000];
            }
        });
        assertTrue(bytes >= 1, "bytes per iteration: " + bytes);
    }

    @Test
    void seesNothingWhereNothingIsAllocated() {
        assertEquals(0, AllocationMeter.bytesPerIteration(1_000, () -> count++));
    }
}
