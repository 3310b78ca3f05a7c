package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes behind real NATs that open their tunnel at the first packet. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class OnDemandE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    @Test
    void theFirstPingIsAnsweredAlthoughBothEndsWereDormant() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NodeProcess lower = start(lab, 1, LOWER);
            NodeProcess upper = start(lab, 2, UPPER);
            awaitDormant(lower, UPPER);
            awaitDormant(upper, LOWER);
            BackgroundProcess.pause(Duration.ofSeconds(2));
            assertFalse(lower.process().log().contains("connected"), "nobody has asked for a tunnel");

            // One packet, the first, which has to be kept and delivered.
            Command.Outcome ping = lower.namespace().run(STEP, "ping", "-n", "-c", "1", "-W", "3", UPPER);
            assertTrue(ping.succeeded(), ping.output());
            assertEquals(0, explain(upper, LOWER).status());
            assertTrue(explain(upper, LOWER).output().contains("knocked"));
            assertFalse(lower.process().log().contains("unreachable"));
            assertTrue(Ping.awaitFirst(upper.namespace(), LOWER, STEP).compareTo(AT_ONCE) < 0);
        }
    }

    private static NodeProcess start(Lab lab, int home, String vip) {
        return lab.startNodeAt("203.0.113.1:9944", lab.home(home, RouterClass.EASY), vip, "--connect", "on-demand")
                .awaitUp();
    }

    private static void awaitDormant(NodeProcess node, String peer) {
        long deadline = System.nanoTime() + STEP.toNanos();
        while (!explain(node, peer).output().startsWith(peer + " is dormant")) {
            assertTrue(
                    System.nanoTime() - deadline < 0, () -> explain(node, peer).output());
            BackgroundProcess.pause(Duration.ofMillis(200));
        }
    }

    private static Command.Outcome explain(NodeProcess node, String peer) {
        return node.namespace().run(STEP, BadgerCommand.line("explain", peer).toArray(String[]::new));
    }
}
