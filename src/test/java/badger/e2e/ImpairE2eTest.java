package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.Impairment;
import badger.testing.MostlyWaits;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tunnel carries everything once over a long path that reorders and doubles; {@code ./run.sh soak} does more of it.
 */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class ImpairE2eTest {
    private static final int DATAGRAMS = 3_000;
    private static final int RATE = 600;
    private static final long SEED = 20_261_125;

    @Test
    void nothingIsLostOrDoubledWithARoundTripOfSixHundredMilliseconds() {
        assertAllOnce(Duration.ofMillis(600));
    }

    @Test
    void nothingIsLostOrDoubledWithARoundTripOfAThousandFiveHundredMilliseconds() {
        assertAllOnce(Duration.ofMillis(1_500));
    }

    private static void assertAllOnce(Duration roundTrip) {
        Impairment path = Impairment.NONE
                .withRoundTrip(roundTrip, 0.3)
                .withReordering(0.2, 500)
                .withDuplication(0.05);
        ImpairScenario result = ImpairScenario.run(path, SEED, DATAGRAMS, RATE);
        System.out.println(result);
        assertTrue(result.handshake().compareTo(Duration.ofSeconds(10)) <= 0, result::toString);
        assertEquals(DATAGRAMS, result.distinct(), result::toString);
        assertEquals(DATAGRAMS, result.received(), result::toString);
        assertTrue(result.late() > DATAGRAMS / 10, result::toString);
        assertTrue(result.injected() > DATAGRAMS / 50, result::toString);
        assertEquals(result.injected(), result.replayed(), result::toString);
    }
}
