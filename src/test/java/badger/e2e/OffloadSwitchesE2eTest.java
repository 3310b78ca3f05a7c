package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every offload switch off and on, alone and together, at both nodes and at one: whatever goes in comes out as it was. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
final class OffloadSwitchesE2eTest {
    private static final String LEFT = "10.0.0.10";
    private static final String RIGHT = "10.0.0.20";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long TRANSFER_BYTES = 20_000_001;

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
    @Execution(ExecutionMode.CONCURRENT)
    void carriesEverythingIntact(String leftOffloads, String rightOffloads, String aead) {
        try (Lab lab = new Lab()) {
            List<NetworkNamespace> ends = lab.pair("left", "203.0.113.10", "right", "203.0.113.20");
            NetworkNamespace left = ends.get(0);
            NetworkNamespace right = ends.get(1);
            lab.startIex(left).awaitListening();
            NodeProcess leftNode = start(lab, left, LEFT, leftOffloads, aead);
            NodeProcess rightNode = start(lab, right, RIGHT, rightOffloads, aead);
            Transfer.serve(lab, right, "0.0.0.0");
            rightNode.awaitUp();
            leftNode.awaitUp();
            Ping.awaitFirst(left, RIGHT, CONNECT);
            List<KernelCounters> counters = List.of(new KernelCounters(left), new KernelCounters(right));
            for (int payloadBytes : new int[] {0, 1_372, 1_373, 4_000}) {
                assertEquals(2, Ping.count(left, RIGHT, 2, payloadBytes), payloadBytes + " bytes");
            }
            System.out.println(leftOffloads + " and " + rightOffloads + ", " + aead + ": "
                    + Transfer.everything(left, RIGHT, TRANSFER_BYTES));
            counters.forEach(KernelCounters::assertNoFaults);
        }
    }

    private static NodeProcess start(Lab lab, NetworkNamespace host, String vip, String offloads, String aead) {
        return lab.startNodeAt("203.0.113.10:9944", host, vip, "--offload", offloads, "--aead", aead);
    }
}
