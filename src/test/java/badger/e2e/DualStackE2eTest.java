package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes whose NATs keep them apart have IPv6 between them, which IEX does not see. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class DualStackE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";

    @Test
    void nodesBehindTwoHardNatsMeetOverIpv6() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NetworkNamespace left = lab.home(1, RouterClass.HARD);
            NetworkNamespace right = lab.home(2, RouterClass.HARD);
            lab.joinByIpv6("host1", "2001:db8:1::10", "host2", "2001:db8:1::20");
            lab.startNode(left, LOWER).awaitUp();
            NodeProcess upper = lab.startNode(right, UPPER).awaitUp();
            Ping.awaitFirst(left, UPPER, Duration.ofSeconds(10));
            assertEquals(5, Ping.count(right, LOWER, 5, 56));
            String log = upper.process().log();
            assertTrue(log.contains("peer=" + LOWER + " connected endpoint=[2001:db8:1:"), log);
        }
    }
}
