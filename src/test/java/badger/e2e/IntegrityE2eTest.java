package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** With every offload on and through two NATs, nothing is changed on the way, neither for the nodes nor behind them. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class IntegrityE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long GIGABYTE = 1_000_000_000;
    private static final long CAPTURED_BYTES = 40_000_000;

    @TempDir
    private Path folder;

    @Test
    void gigabyteArrivesAsItWasSentBothWays() {
        try (Lab lab = labWithIex()) {
            NetworkNamespace lower = startNode(lab, 1, LOWER);
            NetworkNamespace upper = startNode(lab, 2, UPPER);
            Ping.awaitFirst(lower, UPPER, CONNECT);
            List<KernelCounters> counters = List.of(new KernelCounters(lower), new KernelCounters(upper));
            Transfer.serve(lab, upper, UPPER);
            System.out.println(Transfer.everything(lower, UPPER, GIGABYTE));
            counters.forEach(KernelCounters::assertNoFaults);
        }
    }

    /**
     * What a node delivers to itself is never finished, so captures there prove nothing. Hosts behind both nodes get it
     * through devices that must not leave anything to the other end: there the kernel has cut every super-packet and
     * finished every checksum.
     */
    @Test
    void hostsBehindTheNodesReceiveNoWrongChecksum() {
        try (Lab lab = labWithIex()) {
            NetworkNamespace lower = startNode(lab, 1, LOWER);
            NetworkNamespace upper = startNode(lab, 2, UPPER);
            NetworkNamespace client = behind(lab, lower, 1, LOWER);
            NetworkNamespace server = behind(lab, upper, 2, UPPER);
            Ping.awaitFirst(lower, UPPER, CONNECT);
            List<KernelCounters> counters = List.of(
                    new KernelCounters(lower),
                    new KernelCounters(upper),
                    new KernelCounters(client),
                    new KernelCounters(server));
            Transfer.serve(lab, server, "172.31.2.2");
            PacketCapture atClient =
                    PacketCapture.start(lab, client, "eth0", "src host " + UPPER, folder.resolve("client.pcapng"));
            PacketCapture atServer =
                    PacketCapture.start(lab, server, "eth0", "src host " + LOWER, folder.resolve("server.pcapng"));

            System.out.println(Transfer.everything(client, UPPER, CAPTURED_BYTES));
            counters.forEach(KernelCounters::assertNoFaults);
            assertAllRight(atClient.finish());
            assertAllRight(atServer.finish());
        }
    }

    private static void assertAllRight(PacketCapture.Checksums checksums) {
        System.out.println("captured behind the node: " + checksums);
        assertEquals(List.of(), checksums.bad());
        long segments = CAPTURED_BYTES / 1_400;
        assertTrue(checksums.tcp() + checksums.dropped() > segments, checksums::toString);
        assertTrue(checksums.tcp() > segments / 2 && checksums.udp() > 1_000, checksums::toString);
        assertTrue(checksums.ip() >= checksums.tcp() + checksums.udp(), checksums::toString);
    }

    /** Whatever comes to the node for the probe's port goes on to the host, whose own packets come from the node. */
    private static NetworkNamespace behind(Lab lab, NetworkNamespace node, int number, String vip) {
        String network = "172.31." + number;
        NetworkNamespace host = lab.hostBehind("behind" + number, "host" + number, network);
        node.require("nft", """
                table ip behind {
                    chain prerouting {
                        type nat hook prerouting priority dstnat;
                        iifname "badger0" meta l4proto { tcp, udp } th dport %d dnat to %s.2
                    }
                    chain postrouting {
                        type nat hook postrouting priority srcnat;
                        oifname "badger0" ip saddr %s.0/24 snat to %s
                    }
                }
                """.formatted(TransferProbe.PORT, network, network, vip));
        return host;
    }

    private static NetworkNamespace startNode(Lab lab, int home, String vip) {
        return lab.startNode(lab.home(home, RouterClass.EASY), vip).awaitUp().namespace();
    }

    private static Lab labWithIex() {
        Lab lab = new Lab();
        lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
        return lab;
    }
}
