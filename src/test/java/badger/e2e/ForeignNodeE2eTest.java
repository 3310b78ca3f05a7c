package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.LiteralNode;
import badger.testing.NeedsTheMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that takes each record for one finished packet, as the paper's does, gets nothing else, however large the
 * super-packets are that the kernel hands to Badger.
 */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class ForeignNodeE2eTest {
    private static final String BADGER = "10.0.0.20";
    private static final String FOREIGN = "10.0.0.9";
    private static final String BADGER_HOST = "203.0.113.10";
    private static final String FOREIGN_HOST = "203.0.113.20";
    private static final long TRANSFER_BYTES = 16_000_000;
    private static final Duration CONNECT = Duration.ofSeconds(15);

    private static Path program;

    @TempDir
    private Path folder;

    @BeforeAll
    static void build() throws Exception {
        program = LiteralNode.build();
    }

    @Test
    void foreignNodeGetsWholePacketsWithRightChecksums() {
        try (Lab lab = new Lab()) {
            List<NetworkNamespace> ends = lab.pair("badger", BADGER_HOST, "foreign", FOREIGN_HOST);
            NetworkNamespace badger = ends.get(0);
            NetworkNamespace foreign = ends.get(1);
            lab.startIex(badger).awaitListening();
            BackgroundProcess literal = startLiteral(lab, foreign);
            lab.startNodeAt(BADGER_HOST + ":9944", badger, BADGER, "--offload", "all")
                    .awaitUp();
            Ping.awaitFirst(badger, FOREIGN, CONNECT);
            List<KernelCounters> counters = List.of(new KernelCounters(badger), new KernelCounters(foreign));
            Transfer.serve(lab, foreign, FOREIGN);
            PacketCapture capture = PacketCapture.start(
                    lab, foreign, "foreign0", "src host " + BADGER, folder.resolve("foreign.pcapng"));

            for (int payloadBytes : new int[] {0, 1_372, 4_000}) {
                assertEquals(2, Ping.count(badger, FOREIGN, 2, payloadBytes), payloadBytes + " bytes");
            }
            System.out.println(Transfer.everything(badger, FOREIGN, TRANSFER_BYTES));
            counters.forEach(KernelCounters::assertNoFaults);
            assertTrue(literal.isAlive(), literal::log);

            PacketCapture.Checksums checksums = capture.finish();
            System.out.println("captured at the foreign node's device: " + checksums);
            assertEquals(List.of(), checksums.bad());
            assertTrue(checksums.tcp() + checksums.dropped() > TRANSFER_BYTES / 1_400, checksums::toString);
            assertTrue(checksums.udp() > 1_000, checksums::toString);
            assertTrue(counters.get(1).counted("Udp.InDatagrams") > checksums.tcp(), "records shared a datagram");
        }
    }

    private static BackgroundProcess startLiteral(Lab lab, NetworkNamespace host) {
        BackgroundProcess literal = lab.start(
                host,
                "literal",
                List.of(
                        program.toString(),
                        FOREIGN,
                        FOREIGN_HOST,
                        BADGER_HOST + ":9944",
                        "psk-key",
                        "leader-dials",
                        "foreign0"));
        literal.await("its device", CONNECT, () -> host.hasDevice("foreign0"));
        host.require("ip", "address", "add", FOREIGN + "/16", "dev", "foreign0");
        host.require("ip", "link", "set", "foreign0", "mtu", "1400", "up");
        return literal;
    }
}
