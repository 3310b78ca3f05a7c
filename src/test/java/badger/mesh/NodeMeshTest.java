package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.testing.FakeInternet;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.NeedsTheMachine;
import badger.testing.Packets;
import badger.udp.Endpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole nodes and a whole IEX server in one process, over an internet in memory. */
@Tag("mesh")
@NeedsTheMachine
final class NodeMeshTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String KEY = Mesh.KEY;
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";

    private final Mesh mesh = new Mesh();
    private final FakeInternet internet = mesh.internet();

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void carriesPacketsBothWays() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        Mesh.awaitConnected(a, b);
        byte[] there = Packets.ipv4(A, B, "there");
        a.tun().send(there);
        assertArrayEquals(there, b.tun().take(2_000));
        byte[] back = Packets.ipv4(B, A, "and back");
        b.tun().send(back);
        assertArrayEquals(back, a.tun().take(2_000));
    }

    @Test
    void keepsThePacketsThatCameBeforeTheSession() throws InterruptedException {
        internet.setLoss((from, to, datagram) -> datagram[0] != '{');
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        assertTrue(MeshNode.await(SOON, () -> a.peer(B) != null && b.peer(A) != null), "the map never came");
        byte[] early = Packets.ipv4(A, B, "early");
        a.tun().send(early);
        internet.setLoss((from, to, datagram) -> false);
        assertArrayEquals(early, b.tun().take(10_000));
    }

    @Test
    void connectsEvenIfOnlyTheFollowerGetsThrough() throws InterruptedException {
        // What the leader (the larger address, B) sends first never arrives, as with a filter that opens late.
        Endpoint leader = internet.host("198.51.100.2").endpoint(0);
        long opensNanos = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        internet.setLoss((from, to, datagram) ->
                datagram[0] != '{' && from.hasSameAddress(leader) && System.nanoTime() < opensNanos);
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        Mesh.awaitConnected(a, b);
    }

    @Test
    void refusesInnerSourceThatIsNotThePeers() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        Mesh.awaitConnected(a, b);
        a.tun().send(Packets.ipv4("10.0.0.99", B, "spoofed"));
        byte[] honest = Packets.ipv4(A, B, "honest");
        a.tun().send(honest);
        assertArrayEquals(honest, b.tun().take(2_000));
        // The first may have been kept for the session, and come after the second.
        assertTrue(MeshNode.await(SOON, () -> b.node().counters().dropped(DropReason.INBOUND_SPOOFED_SOURCE) == 1));
    }

    @Test
    void countsWhatGoesNowhere() {
        MeshNode a = start("198.51.100.1", A, KEY);
        a.tun().send(Packets.ipv4(A, "10.0.7.7", "nobody"));
        a.tun().send(Packets.ipv4(A, "10.0.255.255", "all"));
        a.tun().send(Packets.ipv4(A, "224.0.0.251", "many"));
        a.tun().send(Packets.ipv4(A, A, "self"));
        a.tun().send(new byte[] {0x60, 0, 0, 0, 0, 0, 0, 0});
        a.tun().send(new byte[] {0x45, 0, 0, 99});
        for (DropReason reason : List.of(
                DropReason.OUTBOUND_NO_PEER,
                DropReason.OUTBOUND_BROADCAST,
                DropReason.OUTBOUND_MULTICAST,
                DropReason.OUTBOUND_OWN_ADDRESS,
                DropReason.OUTBOUND_NOT_IPV4,
                DropReason.OUTBOUND_MALFORMED)) {
            assertTrue(MeshNode.await(SOON, () -> a.node().counters().dropped(reason) == 1), reason.name());
        }
    }

    @Test
    void nodesWithDifferentKeysNeverConnect() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, "another key");
        assertTrue(MeshNode.await(SOON, () -> a.peer(B) != null && b.peer(A) != null), "the map never came");
        a.tun().send(Packets.ipv4(A, B, "secret"));
        assertNull(b.tun().take(3_000));
        assertTrue(!a.isConnectedTo(B) && !b.isConnectedTo(A));
    }

    @Test
    void sessionsSurviveIexThatRestartsEmpty() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        Mesh.awaitConnected(a, b);
        Object session = a.peer(B).session();
        mesh.restartIex();
        for (int i = 0; i < 80; i++) {
            byte[] packet = Packets.ipv4(A, B, "packet " + i);
            a.tun().send(packet);
            assertArrayEquals(packet, b.tun().take(2_000), "packet " + i);
            Thread.sleep(100);
        }
        assertEquals(session, a.peer(B).session(), "the session was replaced");
    }

    @Test
    void restartedPeerIsBackSoon() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        Mesh.awaitConnected(a, b);
        for (int i = 0; i < 2; i++) {
            MeshNode old = i == 0 ? b : mesh.nodes().getLast();
            // No farewell: what a killed process sends.
            Endpoint dead = internet.host("198.51.100.2").endpoint(0);
            internet.setLoss((from, to, datagram) -> from.hasSameAddress(dead));
            old.close();
            internet.setLoss((from, to, datagram) -> false);
            MeshNode again = start("198.51.100.2", B, KEY);
            assertTrue(MeshNode.await(SOON, () -> again.isConnectedTo(A)), "not connected again");
            byte[] packet = Packets.ipv4(B, A, "back " + i);
            again.tun().send(packet);
            byte[] arrived = drainFor(a, packet);
            assertNotNull(arrived, "nothing came from the restarted node");
            byte[] reply = Packets.ipv4(A, B, "reply " + i);
            assertTrue(
                    MeshNode.await(SOON, () -> {
                        a.tun().send(reply);
                        try {
                            return again.tun().take(200) != null;
                        } catch (InterruptedException interrupted) {
                            throw new IllegalStateException(interrupted);
                        }
                    }),
                    "nothing came back to the restarted node");
        }
    }

    @Test
    void closeSaysFarewellAndIsQuick() {
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        Mesh.awaitConnected(a, b);
        long start = System.nanoTime();
        b.close();
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos(), "closing took too long");
        assertTrue(b.tun().isClosed());
        assertTrue(MeshNode.await(Duration.ofSeconds(2), () -> !a.isConnectedTo(B)), "the farewell was not heard");
    }

    @Test
    void handshakeSurvivesHeavyLoss() {
        internet.setLoss(FakeInternet.randomLoss(42, 0.2));
        MeshNode a = start("198.51.100.1", A, KEY);
        MeshNode b = start("198.51.100.2", B, KEY);
        Mesh.awaitConnected(a, b);
    }

    @Test
    void fortyNodesFormAFullMesh() throws InterruptedException {
        int count = 40;
        for (int i = 0; i < count; i++) {
            start("198.51.100." + (i + 1), "10.0.1." + (i + 1), KEY);
        }
        for (MeshNode node : mesh.nodes()) {
            for (MeshNode other : mesh.nodes()) {
                boolean isConnected = node == other
                        || MeshNode.await(Duration.ofSeconds(60), () -> node.isConnectedTo(other.virtualIp()));
                assertTrue(isConnected, node.virtualIp() + " is not connected to " + other.virtualIp());
            }
        }
        for (MeshNode node : mesh.nodes()) {
            MeshNode next = mesh.nodes().get((mesh.nodes().indexOf(node) + 1) % count);
            byte[] packet = Packets.ipv4(node.virtualIp(), next.virtualIp(), "round");
            node.tun().send(packet);
            assertArrayEquals(packet, next.tun().take(5_000));
        }
    }

    @Test
    void nodeAtAPeersPrivateAddressIsNotTakenForThePeer() throws InterruptedException {
        // In this node's LAN, B's private endpoint is that of C, who holds the key too: it answers first.
        try (IexServer otherIex = IexServer.start(internet.host("203.0.113.2"), IexSettings.DEFAULTS)) {
            Endpoint other = internet.host("203.0.113.2").endpoint(otherIex.port());
            MeshNode c = MeshNode.start(internet.host("198.51.100.3"), other, MeshNode.settings("10.0.0.30", KEY));
            mesh.add(c);
            Endpoint claimed = internet.host("198.51.100.3").endpoint(c.node().port());
            long opensNanos = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            internet.setLoss((from, to, datagram) -> datagram[0] != '{'
                    && from.hasSameAddress(internet.host("198.51.100.2").endpoint(0))
                    && System.nanoTime() < opensNanos);
            MeshNode a = start("198.51.100.1", "10.0.0.99", KEY);
            MeshNode b = MeshNode.startAt(
                    internet.host("198.51.100.2"),
                    mesh.iexEndpoint(),
                    MeshNode.settings(B, KEY),
                    _ -> claimed,
                    List.of());
            mesh.add(b);
            // A peer of C's, so that C would hold on to the session as well.
            mesh.add(MeshNode.start(internet.host("198.51.100.4"), other, MeshNode.settings("10.0.0.99", KEY)));
            assertTrue(MeshNode.await(SOON, () -> a.isConnectedTo(B)), "not connected");
            byte[] packet = Packets.ipv4("10.0.0.99", B, "for B alone");
            a.tun().send(packet);
            assertArrayEquals(packet, b.tun().take(5_000));
            assertEquals(0, c.node().counters().dropped(DropReason.INBOUND_FOREIGN_DESTINATION));
        }
    }

    @Test
    void newKeysComeBeforeTheOldOnesAreUsedUpAndNoPacketIsLost() throws InterruptedException {
        MeshNode a = limited("198.51.100.1", A, 6_000);
        MeshNode b = limited("198.51.100.2", B, 6_000);
        Mesh.awaitConnected(a, b);
        Object first = a.peer(B).session();
        for (int i = 0; i < 12_000; i++) {
            byte[] there = Packets.ipv4(A, B, "there " + i);
            a.tun().send(there);
            assertArrayEquals(there, b.tun().take(2_000), "packet " + i);
            if (i % 10 == 0) {
                byte[] back = Packets.ipv4(B, A, "back " + i);
                b.tun().send(back);
                assertArrayEquals(back, a.tun().take(2_000), "reply " + i);
            }
        }
        assertTrue(first != a.peer(B).session(), "no new handshake came");
    }

    private MeshNode limited(String host, String virtualIp, long recordLimit) {
        return mesh.start(host, MeshNode.settings(virtualIp, KEY).withRecordLimit(recordLimit));
    }

    private MeshNode start(String host, String virtualIp, String key) {
        return mesh.start(host, MeshNode.settings(virtualIp, key));
    }

    private static byte[] drainFor(MeshNode node, byte[] wanted) throws InterruptedException {
        byte[] packet = node.tun().take(5_000);
        while (packet != null && !java.util.Arrays.equals(packet, wanted)) {
            packet = node.tun().take(2_000);
        }
        return packet;
    }
}
