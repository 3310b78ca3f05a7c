package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A NAT that forgot everything, as one that was switched off and on, and maps the same flow to another port now. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class FlushE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";

    @Test
    void trafficIsBackWithinFiveSecondsOfTheFlushOfANat() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NetworkNamespace lowerHost = lab.home(1, RouterClass.EASY);
            NetworkNamespace upperHost = lab.home(2, RouterClass.EASY);
            lab.startNode(lowerHost, LOWER).awaitUp();
            lab.startNode(upperHost, UPPER).awaitUp();
            Ping.awaitFirst(lowerHost, UPPER, Duration.ofSeconds(15));
            for (String router : new String[] {"home1", "home2"}) {
                lab.flush(router);
                Duration time = Ping.awaitFirst(lowerHost, UPPER, Duration.ofSeconds(5));
                System.out.println("traffic back " + time.toMillis() + " ms after the flush of " + router);
                assertEquals(5, Ping.count(upperHost, LOWER, 5, 56));
            }
        }
    }
}
