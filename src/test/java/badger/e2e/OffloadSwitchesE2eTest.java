package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever goes in comes out as it was, with every offload switch on and off, alone and together, at one node and both.
 */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class OffloadSwitchesE2eTest {
    private static final String LEFT = "203.0.113.10";
    private static final String RIGHT = "203.0.113.20";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long TRANSFER_BYTES = 20_000_001;

    private static Lab lab;
    private static NetworkNamespace left;
    private static NetworkNamespace right;
    private static int run;

    @BeforeAll
    static void makePair() {
        lab = Lab.ofQuickStarts();
        List<NetworkNamespace> ends = lab.pair("left", LEFT, "right", RIGHT);
        left = ends.get(0);
        right = ends.get(1);
        lab.startIex(left).awaitListening();
        Transfer.serve(lab, right, "0.0.0.0");
    }

    @AfterAll
    static void removePair() {
        lab.close();
    }

    @ParameterizedTest(name = "{0} and {1}, {2}")
    @CsvSource(
            delimiter = ' ',
            value = {
                "none none auto",
                "all all auto",
                "tso tso auto",
                "uso uso auto",
                "gso gso auto",
                "gro gro auto",
                "all,-tso all,-tso auto",
                "all,-uso all,-uso auto",
                "all,-gso all,-gso auto",
                "all,-gro all,-gro auto",
                "all,-checksum all,-checksum auto",
                "all all,-checksum auto",
                "all,tail all,tail auto",
                "none all auto",
                "all none auto",
                "all all openssl",
                "all all jce"
            })
    void carriesEverythingIntact(String leftOffloads, String rightOffloads, String aead) {
        // New addresses each time, so that nothing is left of the nodes before.
        run++;
        String leftVip = "10.0." + run + ".10";
        String rightVip = "10.0." + run + ".20";
        NodeProcess leftNode = start(left, leftVip, leftOffloads, aead);
        NodeProcess rightNode = start(right, rightVip, rightOffloads, aead);
        try (BackgroundProcess _ = leftNode.process();
                BackgroundProcess _ = rightNode.process()) {
            rightNode.awaitUp();
            leftNode.awaitUp();
            Ping.awaitFirst(left, rightVip, CONNECT);
            List<KernelCounters> counters = List.of(new KernelCounters(left), new KernelCounters(right));
            assertEquals("2 2 2 2", answered(rightVip, 0, 1_372, 1_373, 4_000), "pings");
            System.out.println(leftOffloads + " and " + rightOffloads + ", " + aead + ": "
                    + Transfer.everything(left, rightVip, TRANSFER_BYTES));
            counters.forEach(KernelCounters::assertNoFaults);
        }
    }

    /** How many of two pings of each size are answered; all sizes at once, since pings mostly wait. */
    private static String answered(String target, int... payloads) {
        try (ExecutorService pings = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> counts = IntStream.of(payloads)
                    .mapToObj(bytes -> pings.submit(() -> Ping.count(left, target, 2, bytes)))
                    .toList();
            pings.shutdown();
            assertTrue(pings.awaitTermination(1, TimeUnit.MINUTES));
            return counts.stream()
                    .map(count -> Integer.toString(count.resultNow()))
                    .collect(Collectors.joining(" "));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static NodeProcess start(NetworkNamespace host, String vip, String offloads, String aead) {
        return lab.startNodeAt(LEFT + ":9944", host, vip, "--offload", offloads, "--aead", aead);
    }
}
