package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.ConnectPolicy;
import badger.connect.ConnectPolicy.When;
import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.testing.ChildProcess;
import badger.testing.EchoingNode;
import badger.testing.MeshNode;
import badger.testing.NeedsTheMachine;
import badger.testing.Packets;
import badger.udp.LinuxUdpNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One node with a heap of 64 MiB in the middle of many. Over UDP on loopback. */
@Tag("mesh")
@NeedsTheMachine
final class ManyPeersTest {
    private static final int PEERS = 50;
    private static final String KEY = "a key of the mesh that is long enough";
    private static final int SMALL_LAST = 100;
    private static final String SMALL = "10.0.0." + SMALL_LAST;
    private static final Duration IN_TIME = Duration.ofSeconds(60);

    /** Or the fifty, in one process, would open 1,225 sessions among themselves, which is not what is asked here. */
    private static final ConnectPolicy NOT_AMONG_THEMSELVES = ConnectPolicy.of(When.ON_DEMAND);

    private final LinuxUdpNetwork network = new LinuxUdpNetwork();
    private final IexServer iex = IexServer.start(network, IexSettings.DEFAULTS.withPort(0));
    private final List<MeshNode> peers = new ArrayList<>();

    @AfterEach
    void closeEverything() {
        peers.forEach(MeshNode::close);
        iex.close();
        network.close();
    }

    @Test
    void nodeWithSmallHeapServesFiftyPeers() throws InterruptedException {
        try (ChildProcess small = ChildProcess.startJava(
                EchoingNode.class,
                List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
                Integer.toString(iex.port()),
                SMALL,
                KEY)) {
            small.awaitLine("ready");
            for (int i = 0; i < PEERS; i++) {
                // One half is led by the node, and the other half leads it.
                int last = i < PEERS / 2 ? SMALL_LAST - 1 - i : SMALL_LAST + 1 + i;
                peers.add(MeshNode.startOnLoopback(
                        MeshNode.onLoopback(iex.port()),
                        MeshNode.settings("10.0.0." + last, KEY).withConnecting(NOT_AMONG_THEMSELVES)));
            }
            for (MeshNode peer : peers) {
                assertTrue(
                        MeshNode.await(IN_TIME, () -> peer.isConnectedTo(SMALL)),
                        () -> peer.virtualIp() + " is not connected; " + small.output());
            }
            for (MeshNode peer : peers) {
                peer.tun().send(Packets.ipv4(peer.virtualIp(), SMALL, "to " + peer.virtualIp()));
                assertArrayEquals(
                        Packets.ipv4(SMALL, peer.virtualIp(), "to " + peer.virtualIp()),
                        peer.tun().take(5_000),
                        peer.virtualIp());
            }
            small.writeLine("end");
            small.awaitLine("ended");
            assertEquals(0, small.awaitExitCode(20), () -> small.output().toString());
            assertTrue(
                    small.output().stream().noneMatch(line -> line.contains("OutOfMemory")),
                    () -> small.output().toString());
        }
    }
}
