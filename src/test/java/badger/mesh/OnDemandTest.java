package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.ConnectPolicy;
import badger.connect.ConnectPolicy.When;
import badger.connect.SessionTimings;
import badger.node.NodeSettings;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.session.Session;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import badger.udp.Endpoint;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Sessions are opened at the first packet and closed when none comes any more. */
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
    void nothingPassesBetweenTwoNodesUntilThePacketOfTheFollower() throws InterruptedException {
        // Another map comes meanwhile.
        MeshNode leader = assertSilentUntilAPacket(A, B, 6_000);
        // The follower waits for the leader's call, and so has to ask for it. A leader calls, and its knock may come
        // after that.
        assertTrue(has(leader.peer(A), Kind.KNOCKED));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void nothingPassesBetweenTwoNodesUntilThePacketOfTheLeader() throws InterruptedException {
        assertSilentUntilAPacket(B, A, 500);
    }

    /** @return the node that gets the packet */
    private MeshNode assertSilentUntilAPacket(String from, String to, int silentMillis) throws InterruptedException {
        MeshNode sender = mesh.start("198.51.100.1", Mesh.settings(from).withConnecting(ON_DEMAND));
        MeshNode receiver = mesh.start("198.51.100.2", Mesh.settings(to).withConnecting(ON_DEMAND));
        awaitDormant(sender, to);
        awaitDormant(receiver, from);
        assertSilent(silentMillis);
        byte[] packet = Packets.ipv4(from, to, "the first");
        sender.tun().send(packet);
        assertArrayEquals(packet, receiver.tun().take(10_000));
        byte[] reply = Packets.ipv4(to, from, "a reply");
        receiver.tun().send(reply);
        assertArrayEquals(reply, sender.tun().take(2_000));
        assertFalse(sender.peer(to).isDormant() || receiver.peer(from).isDormant());
        assertTrue(has(sender.peer(to), Kind.WANTED));
        return receiver;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anIdleSessionIsClosedAndTheNextPacketOpensAnother() throws InterruptedException {
        MeshNode a = mesh.start("198.51.100.1", quick(A, ON_DEMAND));
        MeshNode b = mesh.start("198.51.100.2", quick(B, ON_DEMAND));
        awaitDormant(a, B);
        awaitDormant(b, A);
        for (int i = 0; i < 3; i++) {
            byte[] packet = Packets.ipv4(A, B, "packet " + i);
            a.tun().send(packet);
            assertArrayEquals(packet, b.tun().take(10_000), "packet " + i);
            awaitDormant(a, B);
            awaitDormant(b, A);
            assertTrue(has(a.peer(B), Kind.IDLE) || has(b.peer(A), Kind.IDLE));
            // The last word of the session that has ended may be sent a moment after it is gone.
            assertTrue(MeshNode.await(SOON, () -> isSilent(500)), "datagrams between dormant nodes");
            assertSilent(1_000);
        }
        assertEquals(0, b.tun().arrived(), "a packet came twice");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aSessionInUseInOneDirectionIsNotIdle() throws InterruptedException {
        MeshNode a = mesh.start("198.51.100.1", quick(A, ON_DEMAND));
        MeshNode b = mesh.start("198.51.100.2", quick(B, ON_DEMAND));
        awaitDormant(a, B);
        awaitDormant(b, A);
        Session first = null;
        for (int i = 0; i < 10; i++) {
            byte[] packet = Packets.ipv4(A, B, "packet " + i);
            a.tun().send(packet);
            assertArrayEquals(packet, b.tun().take(10_000), "packet " + i);
            first = first == null ? a.peer(B).session() : first;
            Thread.sleep(500);
        }
        assertEquals(first, a.peer(B).session());
        assertFalse(has(a.peer(B), Kind.IDLE) || has(b.peer(A), Kind.IDLE));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anEagerPeerThatCallsAgainKeepsItsSession() throws InterruptedException {
        MeshNode a = mesh.start("198.51.100.1", quick(A, ON_DEMAND));
        MeshNode b = mesh.start("198.51.100.2", quick(B, ConnectPolicy.of(When.EAGER)));
        Mesh.awaitConnected(a, b);
        Session first = a.peer(B).session();
        assertTrue(MeshNode.await(SOON, () -> has(a.peer(B), Kind.IDLE)), "never closed");
        assertTrue(MeshNode.await(SOON, () -> a.isConnectedTo(B) && a.peer(B).session() != first), "not opened again");
        Mesh.awaitConnected(a, b);
        Session second = a.peer(B).session();
        assertNotNull(second);
        Thread.sleep(4_000);
        assertEquals(second, a.peer(B).session());
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
    private static NodeSettings quick(String virtualIp, ConnectPolicy policy) {
        return Mesh.settings(virtualIp).withTimings(SHORT_IDLE).withConnecting(policy);
    }

    private void assertSilent(int millis) {
        assertTrue(isSilent(millis), "datagrams between dormant nodes");
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
