package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.MostlyWaits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes behind real NATs and firewalls find out what those are, and say where they keep a pair apart. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class NatClassE2eTest {
    private static final Duration FOUND_OUT = Duration.ofSeconds(20);
    /** Twelve seconds after the map. */
    private static final Duration TOLD = Duration.ofSeconds(30);

    @Test
    void eachNodeFindsOutWhatIsBeforeItAndSaysWhomItCannotReach() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            Map<RouterClass, NodeProcess> nodes = new EnumMap<>(RouterClass.class);
            for (RouterClass each :
                    List.of(RouterClass.NONE, RouterClass.FIREWALL, RouterClass.EASY, RouterClass.HARD)) {
                int number = nodes.size() + 1;
                nodes.put(each, lab.startNode(lab.home(number, each), "10.0.0." + 10 * number));
            }
            nodes.values().forEach(NodeProcess::awaitUp);
            nodes.forEach(
                    (routerClass, node) -> node.process().awaitLog("nat=" + routerClass.word() + "\n", FOUND_OUT));

            NodeProcess hard = nodes.get(RouterClass.HARD);
            NodeProcess easy = nodes.get(RouterClass.EASY);
            hard.process().awaitLog("peer=" + easy.vip() + " unreachable: before this node is a hard NAT", TOLD);
            easy.process().awaitLog("peer=" + hard.vip() + " unreachable: before this node is an easy NAT", TOLD);
            Command.Outcome answer = easy.namespace()
                    .run(FOUND_OUT, BadgerCommand.line("explain", hard.vip()).toArray(String[]::new));
            assertEquals(1, answer.status(), answer.output());
            String first = answer.output().lines().findFirst().orElse("");
            assertTrue(first.startsWith(hard.vip() + " is not connected; unreachable: "), first);
            assertTrue(first.contains("no direct path is possible"), first);
            // Nobody else is kept apart.
            Ping.awaitFirst(hard.namespace(), nodes.get(RouterClass.NONE).vip(), FOUND_OUT);
            Ping.awaitFirst(easy.namespace(), nodes.get(RouterClass.FIREWALL).vip(), FOUND_OUT);
            assertEquals(2, hard.process().log().split(" unreachable: ", -1).length - 1, "firewall and easy");
            assertEquals(1, easy.process().log().split(" unreachable: ", -1).length - 1, "hard");
        }
    }
}
