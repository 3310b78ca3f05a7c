package badger.e2e;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes behind real NATs and firewalls find out what those are. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
final class NatClassE2eTest {
    private static final Duration FOUND_OUT = Duration.ofSeconds(10);

    @Test
    void eachNodeFindsOutWhatIsBeforeIt() {
        try (Lab lab = new Lab()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            Map<RouterClass, NodeProcess> nodes = new EnumMap<>(RouterClass.class);
            for (RouterClass each : RouterClass.values()) {
                int number = nodes.size() + 1;
                nodes.put(each, lab.startNode(lab.home(number, each), "10.0.0." + 10 * number));
            }
            nodes.forEach(
                    (routerClass, node) -> node.process().awaitLog("nat=" + routerClass.word() + "\n", FOUND_OUT));
        }
    }
}
