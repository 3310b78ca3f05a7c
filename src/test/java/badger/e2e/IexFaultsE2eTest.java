package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An IEX server that is killed, with or without another that takes over. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class IexFaultsE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final Duration CONNECT = Duration.ofSeconds(10);

    @Test
    void killedAndRestartedIexLosesNoPingAndTakesNewNodes() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace server = lab.publicHost("iex", "203.0.113.1");
            IexProcess iex = lab.startIex(server).awaitListening();
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            lab.startNode(lab.home(2, RouterClass.EASY), UPPER).awaitUp();
            Ping.awaitFirst(lower.namespace(), UPPER, CONNECT);

            BackgroundProcess ping = Ping.start(lab, lower.namespace(), UPPER);
            BackgroundProcess.pause(Duration.ofSeconds(1));
            iex.process().kill();
            BackgroundProcess.pause(Duration.ofSeconds(2));
            lab.startIex(server).awaitListening();
            // The restarted server's first maps hold few nodes; two rounds of five seconds later they hold all again.
            NodeProcess late =
                    lab.startNode(lab.home(3, RouterClass.EASY), "10.0.0.30").awaitUp();
            Ping.awaitFirst(late.namespace(), LOWER, CONNECT);
            Ping.awaitFirst(late.namespace(), UPPER, CONNECT);
            BackgroundProcess.pause(Duration.ofSeconds(5));

            Ping.Statistics statistics = Ping.finish(ping);
            System.out.println("ping through the restart of IEX: " + statistics);
            assertEquals(0, statistics.lost());
            assertTrue(statistics.received() > 80, statistics::toString);
        }
    }

    @Test
    void secondIexServerTakesOverWithinFifteenSeconds() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace first = lab.publicHost("iex1", "203.0.113.1");
            IexProcess iex = lab.startIex(first).awaitListening();
            lab.startIex(lab.publicHost("iex2", "203.0.113.2")).awaitListening();
            String both = "203.0.113.1:9944,203.0.113.2:9944";
            NodeProcess lower =
                    lab.startNodeAt(both, lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            lab.startNodeAt(both, lab.home(2, RouterClass.EASY), UPPER).awaitUp();
            Ping.awaitFirst(lower.namespace(), UPPER, CONNECT);

            BackgroundProcess ping = Ping.start(lab, lower.namespace(), UPPER);
            long killed = System.nanoTime();
            iex.process().kill();
            // It finds nobody at the first server; at the second it finds the others once they have gone there too.
            NodeProcess late = lab.startNodeAt(both, lab.home(3, RouterClass.EASY), "10.0.0.30")
                    .awaitUp();
            Ping.awaitFirst(late.namespace(), LOWER, Duration.ofSeconds(20));
            Ping.awaitFirst(late.namespace(), UPPER, Duration.ofSeconds(20));
            long millis = (System.nanoTime() - killed) / 1_000_000;
            System.out.println("three nodes met at the second IEX server " + millis + " ms after the end of the first");
            assertTrue(millis < 20_000, "ms: " + millis);
            assertEquals(0, Ping.finish(ping).lost());
        }
    }
}
