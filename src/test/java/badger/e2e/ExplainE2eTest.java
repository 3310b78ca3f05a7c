package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.MostlyWaits;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code badger explain} says what was tried and what came of it. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class ExplainE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final String STRANGER = "10.0.0.30";
    private static final Duration STEP = Duration.ofSeconds(10);

    @Test
    void tellsWhyAPeerIsConnectedAndAnotherIsNot() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            lab.startNode(lab.home(2, RouterClass.EASY), UPPER).awaitUp();
            Ping.awaitFirst(lower.namespace(), UPPER, STEP);
            lab.startNode(
                    lab.home(3, RouterClass.EASY),
                    STRANGER,
                    "--vip",
                    STRANGER + "/16",
                    "--iex",
                    "203.0.113.1:9944",
                    "--psk",
                    "another-key");

            Command.Outcome connected = explain(lower, UPPER);
            assertEquals(0, connected.status(), connected.output());
            assertTrue(connected.output().startsWith(UPPER + " is connected at 198.51.100.2:"), connected.output());
            assertTrue(connected.output().contains("candidates   192.168.20.100:"), connected.output());
            assertTrue(connected.output().contains("connected    198.51.100.2:"), connected.output());

            lower.process().awaitLog("peer=" + STRANGER + " not connected", Duration.ofSeconds(40));
            Command.Outcome refused = explain(lower, STRANGER);
            assertEquals(1, refused.status(), refused.output());
            assertTrue(refused.output().startsWith(STRANGER + " is not connected"), refused.output());
            assertTrue(refused.output().contains("the two pre-shared keys probably differ"), refused.output());

            Command.Outcome unknown = explain(lower, "10.0.0.99");
            assertEquals(1, unknown.status(), unknown.output());
            assertTrue(unknown.output().contains("the map names no node 10.0.0.99"), unknown.output());
            assertEquals(2, explain(lower, "upper").status());
            String json = lower.namespace()
                    .require(BadgerCommand.line("explain", UPPER, "--json").toArray(String[]::new));
            assertTrue(json.startsWith("{\"schema\":1,\"virtual_ip\":\"10.0.0.20\""), json);
        }
    }

    private static Command.Outcome explain(NodeProcess node, String peer) {
        return node.namespace().run(STEP, BadgerCommand.line("explain", peer).toArray(String[]::new));
    }
}
