package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.MostlyWaits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a tunnel, and how one comes back: short NAT timers, a process that stands still, IEX gone for long. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class LivenessE2eTest {
    private static final String IEX = "203.0.113.1";
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofSeconds(10);

    /** The timers count while nothing but keep-alives is sent: so the pings come after pauses. */
    @Test
    void keepAlivesHoldTheWayThroughNatsThatForgetAfterTwoSeconds() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", IEX)).awaitListening();
            NetworkNamespace lowerHost = lab.home(1, RouterClass.EASY);
            NetworkNamespace upperHost = lab.home(2, RouterClass.EASY);
            lab.timers("home1", 2);
            lab.timers("home2", 2);
            lab.startNodeAt(IEX + ":9944", lowerHost, LOWER, "--keepalive", "1s")
                    .awaitUp();
            NodeProcess upper = lab.startNodeAt(IEX + ":9944", upperHost, UPPER, "--keepalive", "1s")
                    .awaitUp();
            Ping.awaitFirst(lowerHost, UPPER, CONNECT);
            // Where both called, there are two sessions at first, the leader's after the other's (paper row P50).
            BackgroundProcess.pause(Duration.ofSeconds(5));
            long atFirst = connections(upper);
            assertTrue(atFirst == 1 || atFirst == 2, upper.process().log());
            for (int pause = 0; pause < 8; pause++) {
                BackgroundProcess.pause(Duration.ofSeconds(5));
                assertEquals(5, Ping.count(lowerHost, UPPER, 5, 56));
                assertEquals(5, Ping.count(upperHost, LOWER, 5, 56));
            }
            assertEquals(50, Ping.count(lowerHost, UPPER, 50, 56));
            assertEquals(atFirst, connections(upper), upper.process().log());
        }
    }

    /**
     * After 45 s the other has given it up and looks for it again. There is no IEX, whose maps would have told it
     * earlier that the node was gone.
     */
    @Test
    void nodeThatStoodStillForAMinuteIsBackWithinFiveSeconds() {
        try (Lab lab = Lab.ofQuickStarts()) {
            IexProcess iex = lab.startIex(lab.publicHost("iex", IEX)).awaitListening();
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            NodeProcess upper =
                    lab.startNode(lab.home(2, RouterClass.EASY), UPPER).awaitUp();
            Ping.awaitFirst(upper.namespace(), LOWER, CONNECT);

            iex.process().kill();
            signal(lower, "STOP");
            BackgroundProcess.pause(Duration.ofSeconds(60));
            Command.Outcome lost = upper.namespace()
                    .run(STEP, BadgerCommand.line("explain", LOWER).toArray(String[]::new));
            assertEquals(1, lost.status(), lost::output);
            assertTrue(lost.output().contains("silent for 45 s"), lost::output);
            String afterwards = lost.output().substring(lost.output().indexOf("silent for 45 s"));
            assertTrue(afterwards.contains("calling") || afterwards.contains("punching"), lost::output);
            signal(lower, "CONT");
            Duration time = Ping.awaitFirst(upper.namespace(), LOWER, Duration.ofSeconds(5));
            System.out.println("traffic back " + time.toMillis() + " ms after SIGCONT");
            assertEquals(5, Ping.count(lower.namespace(), UPPER, 5, 56));
        }
    }

    /** Longer than the 30 s after which a server forgets a node, and so than any node would stay in a map by itself. */
    @Test
    void tunnelsOutliveFortySecondsWithoutIexAndARestartedNodeIsBackByItsMap(@TempDir Path folder) {
        IexAway.Result result = IexAway.run(folder, Duration.ofSeconds(40));
        System.out.println(result);
        assertEquals(0, result.lost(), result::toString);
        assertFalse(result.backByMap().isNegative());
    }

    private static long connections(NodeProcess node) {
        return node.process()
                .log()
                .lines()
                .filter(line -> line.contains(" connected endpoint="))
                .count();
    }

    private static void signal(NodeProcess node, String name) {
        Command.require(
                STEP, List.of("kill", "-" + name, Long.toString(node.process().pid())));
    }
}
