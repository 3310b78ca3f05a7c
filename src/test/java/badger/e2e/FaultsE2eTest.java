package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.testing.NeedsTheMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What breaks on bad days: a node that is killed, a network that loses packets. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class FaultsE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Through the mapping that its NAT still has from the last run, to the peers of the last map. */
    @Test
    void nodeRestartedWhileEveryIexIsAwayIsBackByTheMapItKept(@TempDir Path folder) {
        try (Lab lab = Lab.ofQuickStarts()) {
            IexProcess iex = lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NetworkNamespace restartedHost = lab.home(1, RouterClass.EASY);
            String map = folder.resolve("lower.map").toString();
            NodeProcess lower = startKeeping(lab, restartedHost, map).awaitUp();
            NodeProcess upper = lab.startNodeAt("203.0.113.1:9944", lab.home(2, RouterClass.EASY), UPPER)
                    .awaitUp();
            Ping.awaitFirst(upper.namespace(), LOWER, CONNECT);

            iex.process().kill();
            lower.process().kill();
            startKeeping(lab, restartedHost, map);
            Duration time = Ping.awaitFirst(upper.namespace(), LOWER, Duration.ofSeconds(20));
            System.out.println("traffic back " + time.toMillis() + " ms after a restart without any IEX server");
        }
    }

    private static NodeProcess startKeeping(Lab lab, NetworkNamespace host, String map) {
        return lab.startNodeAt("203.0.113.1:9944", host, LOWER, "--port", "3000", "--map-cache", map);
    }

    @Test
    void trafficReturnsWithinFiveSecondsOfTheRestartOfTheLeader() {
        assertTrafficReturns(UPPER, LOWER, Duration.ofSeconds(5));
    }

    @Test
    void trafficReturnsWithinTenSecondsOfTheRestartOfTheOtherNode() {
        assertTrafficReturns(LOWER, UPPER, Duration.ofSeconds(10));
    }

    /**
     * Twenty runs, two pairs at a time. Each pair has an IEX of its own, and both its nodes are new in each run. The
     * time counts from when both devices are up: heartbeats, maps, punching, the handshake and the ping itself all
     * suffer the loss.
     */
    @Test
    void nodesConnectWithinTenSecondsInTwentyOfTwentyRunsAtTwentyPercentLoss() {
        int pairs = 2;
        try (Lab lab = Lab.ofQuickStarts()) {
            List<NetworkNamespace> hosts = new ArrayList<>();
            for (int pair = 1; pair <= pairs; pair++) {
                lab.startIex(lab.publicHost("iex" + pair, "203.0.113." + pair)).awaitListening();
                hosts.add(lab.home(2 * pair - 1, RouterClass.EASY));
                hosts.add(lab.home(2 * pair, RouterClass.EASY));
            }
            lab.loss(20);
            List<Duration> times = new ArrayList<>();
            for (int round = 0; round < 20 / pairs; round++) {
                List<NodeProcess> nodes = new ArrayList<>();
                for (int pair = 0; pair < pairs; pair++) {
                    String iex = "203.0.113." + (pair + 1) + ":9944";
                    nodes.add(lab.startNodeAt(iex, hosts.get(2 * pair), LOWER));
                    nodes.add(lab.startNodeAt(iex, hosts.get(2 * pair + 1), UPPER));
                }
                times.addAll(connectAll(nodes));
                nodes.forEach(node -> node.process().kill());
            }
            System.out.println("first ping at 20 % loss, ms: "
                    + times.stream().map(Duration::toMillis).sorted().toList());
            assertEquals(20, times.size());
        }
    }

    /** The nodes come in pairs, the lower address first; all pairs are watched at once. */
    private static List<Duration> connectAll(List<NodeProcess> nodes) {
        List<Callable<Duration>> pairs = new ArrayList<>();
        for (int at = 0; at < nodes.size(); at += 2) {
            NodeProcess lower = nodes.get(at);
            NodeProcess upper = nodes.get(at + 1);
            pairs.add(() -> {
                lower.awaitUp();
                upper.awaitUp();
                return Ping.awaitFirst(lower.namespace(), UPPER, CONNECT);
            });
        }
        try (ExecutorService watchers = Executors.newFixedThreadPool(pairs.size())) {
            List<Duration> times = new ArrayList<>();
            for (Future<Duration> time : watchers.invokeAll(pairs)) {
                times.add(time.get());
            }
            return times;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void assertTrafficReturns(String restarted, String other, Duration within) {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NetworkNamespace restartedHost = lab.home(1, RouterClass.EASY);
            NetworkNamespace otherHost = lab.home(2, RouterClass.EASY);
            NodeProcess first = lab.startNode(restartedHost, restarted).awaitUp();
            lab.startNode(otherHost, other).awaitUp();
            Ping.awaitFirst(otherHost, restarted, CONNECT);

            first.process().kill();
            lab.startNode(restartedHost, restarted);
            Duration time = Ping.awaitFirst(otherHost, restarted, within);
            System.out.println("traffic back " + time.toMillis() + " ms after the restart of " + restarted);
            assertEquals(5, Ping.count(restartedHost, other, 5, 56));
        }
    }
}
