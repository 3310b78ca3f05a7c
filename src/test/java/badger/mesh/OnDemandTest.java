package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.ConnectPolicy;
import badger.connect.ConnectPolicy.When;
import badger.connect.SessionTimings;
import badger.node.NodeSettings;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import badger.udp.Endpoint;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Nodes with all their threads open their sessions at the first packet and close them when none comes any more.
 * {@code badger.model.OnDemandPairTest} shows what two nodes do in all cases, with the times of the documents.
 */
@Tag("mesh")
@Execution(ExecutionMode.SAME_THREAD)
final class OnDemandTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final ConnectPolicy ON_DEMAND = ConnectPolicy.of(When.ON_DEMAND);
    private static final SessionTimings SHORT_IDLE =
            new SessionTimings(SessionTimings.KEEP_ALIVE, SessionTimings.RENEWAL, Duration.ofSeconds(2));

    private final Mesh mesh = new Mesh();
    private final AtomicInteger betweenNodes = new AtomicInteger();

    OnDemandTest() {
        mesh.internet().setLoss((from, to, datagram) -> {
            boolean isIex = isIex(from) || isIex(to);
            betweenNodes.addAndGet(isIex ? 0 : 1);
            return false;
        });
    }

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void nothingPassesBetweenTwoNodesUntilAPacketAndNothingAgainOnceTheSessionWasIdle() throws InterruptedException {
        MeshNode a = mesh.start("198.51.100.1", quick(A));
        MeshNode b = mesh.start("198.51.100.2", quick(B));
        awaitDormant(a, B);
        awaitDormant(b, A);
        assertTrue(isSilent(500), "datagrams between dormant nodes");
        for (int i = 0; i < 2; i++) {
            byte[] packet = Packets.ipv4(A, B, "packet " + i);
            a.tun().send(packet);
            assertArrayEquals(packet, b.tun().take(10_000), "packet " + i);
            assertFalse(a.peer(B).isDormant() || b.peer(A).isDormant());
            byte[] reply = Packets.ipv4(B, A, "reply " + i);
            b.tun().send(reply);
            assertArrayEquals(reply, a.tun().take(2_000), "reply " + i);
            awaitDormant(a, B);
            awaitDormant(b, A);
            assertTrue(has(a.peer(B), Kind.IDLE) || has(b.peer(A), Kind.IDLE));
            // The last word of the session that has ended may be sent a moment after it is gone.
            assertTrue(MeshNode.await(SOON, () -> isSilent(500)), "datagrams between dormant nodes");
        }
        assertTrue(has(a.peer(B), Kind.WANTED));
        assertEquals(0, b.tun().arrived(), "a packet came twice");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void amongManyNodesNobodyCallsUntilAPacketComesAndAmongFewAllDoAgain() throws InterruptedException {
        ConnectPolicy few = new ConnectPolicy(When.AUTO, 5, 4);
        for (int i = 1; i <= 6; i++) {
            mesh.start("198.51.100." + i, Mesh.settings("10.0.1." + i).withConnecting(few));
        }
        // Those that came first have called while they were few; the last knows of all from its first map on.
        MeshNode last = mesh.start("198.51.100.7", Mesh.settings("10.0.1.7").withConnecting(few));
        for (int i = 1; i <= 6; i++) {
            awaitDormant(last, "10.0.1." + i);
        }
        byte[] packet = Packets.ipv4("10.0.1.7", "10.0.1.3", "wanted");
        last.tun().send(packet);
        assertArrayEquals(packet, mesh.nodes().get(2).tun().take(10_000));
        assertTrue(last.peer("10.0.1.1").isDormant());
        // A map that lacks them is obeyed where there is no session, so that three are left.
        for (int i = 3; i < 6; i++) {
            mesh.nodes().get(i).close();
        }
        mesh.restartIex();
        MeshNode first = mesh.nodes().getFirst();
        assertTrue(MeshNode.await(Duration.ofSeconds(30), () -> last.isConnectedTo("10.0.1.1")), "still on demand");
        // One end has its session a moment before the other.
        assertTrue(MeshNode.await(SOON, () -> first.isConnectedTo("10.0.1.7")));
    }

    /** Of a node that soon closes what nobody uses. */
    private static NodeSettings quick(String virtualIp) {
        return Mesh.settings(virtualIp).withTimings(SHORT_IDLE).withConnecting(ON_DEMAND);
    }

    private boolean isSilent(int millis) {
        int before = betweenNodes.get();
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
        return betweenNodes.get() == before;
    }

    private boolean isIex(Endpoint endpoint) {
        return endpoint.high() == mesh.iexEndpoint().high()
                && endpoint.low() == mesh.iexEndpoint().low();
    }

    private static void awaitDormant(MeshNode node, String peer) {
        assertTrue(
                MeshNode.await(SOON, () -> {
                    Peer found = node.peer(peer);
                    return found != null && found.isDormant() && !found.isConnected();
                }),
                () -> peer + " is not dormant at " + node.virtualIp());
    }

    private static boolean has(Peer peer, Kind kind) {
        return peer.events().list().stream().anyMatch(event -> event.kind() == kind);
    }
}
