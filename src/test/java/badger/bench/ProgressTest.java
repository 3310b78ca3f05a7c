package badger.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private long nanos = 1_000_000_000_000L;
    private final Progress progress =
            new Progress(new PrintStream(printed, true, StandardCharsets.UTF_8), () -> nanos, 200);

    @Test
    void remainingTimeIsThePlanAtFirst() {
        assertEquals(200, progress.remainingSeconds(), 1e-9);
    }

    @Test
    void remainingTimeGrowsWhenStepsTakeLongerThanPlanned() {
        nanos += 220_000_000_000L;
        progress.done(100, "half of it");
        assertEquals(200, progress.remainingSeconds(), 1e-9);
        assertTrue(
                printed.toString(StandardCharsets.UTF_8).contains("50 %  3:40 elapsed, about 3:20 left  half of it"));
    }

    @Test
    void nothingRemainsAtTheEnd() {
        nanos += 150_000_000_000L;
        progress.done(200, "all");
        assertEquals(0, progress.remainingSeconds());
    }
}
