package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.iex.IexSettings;
import badger.node.NodeReport;
import badger.peer.PeerEvent;
import badger.status.NodeStatus;
import badger.testing.FakeInternet;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import badger.testing.SharesTheJvm;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.wire.Ipv4Prefix;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole nodes between which nothing passes directly, and an IEX server that relays. */
@Tag("mesh")
@SharesTheJvm
final class RelayTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final String HOST_A = "198.51.100.1";
    private static final String HOST_B = "198.51.100.2";

    private final Mesh mesh = new Mesh(IexSettings.DEFAULTS.withRelay(IexSettings.RELAY_BYTES_PER_SECOND));
    private final FakeInternet internet = mesh.internet();
    private final Endpoint iexAddress = mesh.iexEndpoint().withPort(0);

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void connectsByWayOfIexWithinFiveSecondsAndCarriesPacketsBothWays() throws InterruptedException {
        loseWhatIsDirect();
        MeshNode a = start(HOST_A, A);
        MeshNode b = start(HOST_B, B);
        long start = System.nanoTime();
        Mesh.awaitConnected(a, b);
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(time.compareTo(Duration.ofSeconds(5)) < 0, "connected after " + time.toMillis() + " ms");
        byte[] there = Packets.ipv4(A, B, "there");
        a.tun().send(there);
        assertArrayEquals(there, b.tun().take(2_000));
        byte[] back = Packets.ipv4(B, A, "and back");
        b.tun().send(back);
        assertArrayEquals(back, a.tun().take(2_000));
        assertEquals(RelayEndpoint.of(address(B)), path(a, B));
        assertEquals("relay:10.0.0.10", path(b, A).toString());
        assertEquals(1_400, a.peer(B).session().path().largestTcpPacket(), "a longer packet may not fit into a frame");
        NodeStatus status = new NodeReport(a.node(), new Ipv4Prefix(address(A), 16), "badger0").get();
        assertEquals(mesh.iexEndpoint().toString(), status.peers().getFirst().relay());
        assertTrue(mesh.iex().relayedBytes() > 0);
    }

    @Test
    void movesToTheDirectPathOnceThereIsOneAndLosesNoPacket() throws InterruptedException {
        loseWhatIsDirect();
        MeshNode a = start(HOST_A, A);
        MeshNode b = start(HOST_B, B);
        Mesh.awaitConnected(a, b);
        long opensNanos = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        boolean isOpen = false;
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        int count = 0;
        int sentDirectly = 0;
        while (sentDirectly < 50) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "still " + path(a, B) + " and " + path(b, A));
            if (!isOpen && System.nanoTime() - opensNanos > 0) {
                isOpen = true;
                internet.setLoss((from, to, datagram) -> false);
            }
            exchange(a, b, count++);
            sentDirectly += isDirect(a, B) && isDirect(b, A) ? 1 : 0;
            Thread.sleep(5);
        }
        String last = lastConnection(a, B);
        assertTrue(last.startsWith("relay:"), () -> "a new handshake was needed: " + last);
        assertEquals(0, a.tun().arrived() + b.tun().arrived(), "a packet came twice");
        assertTrue(a.peer(B).events().list().stream()
                .anyMatch(event -> event.kind() == PeerEvent.Kind.MOVED
                        && event.detail().startsWith("relay:10.0.0.20 to 198.51.100.2:")));
        long relayed = mesh.iex().relayedBytes();
        for (int i = 0; i < 50; i++) {
            exchange(a, b, count++);
        }
        // A few challenges may, but of a hundred packets each is more than 60 bytes.
        assertTrue(mesh.iex().relayedBytes() - relayed < 10 * 60, "packets still pass IEX");
    }

    @Test
    void aSessionWhoseDirectPathDiesGoesOnByWayOfIex() throws InterruptedException {
        MeshNode a = start(HOST_A, A);
        MeshNode b = start(HOST_B, B);
        Mesh.awaitConnected(a, b);
        assertTrue(
                MeshNode.await(SOON, () -> a.peer(B).takesRelayed() && b.peer(A).takesRelayed()));
        loseWhatIsDirect();
        assertTrue(MeshNode.await(SOON, () -> {
            a.tun().send(Packets.ipv4(A, B, "probe"));
            b.tun().send(Packets.ipv4(B, A, "probe"));
            return !isDirect(a, B) && !isDirect(b, A);
        }));
        String last = lastConnection(a, B);
        assertTrue(last.startsWith("198.51.100.2:"), () -> "a new handshake was needed: " + last);
        drain(a);
        drain(b);
        exchange(a, b, 1);
    }

    @Test
    void aNodeThatNeverRelaysNeitherSendsNorTakesAnythingRelayed() throws InterruptedException {
        loseWhatIsDirect();
        ConcurrentLinkedQueue<byte[]> frames = new ConcurrentLinkedQueue<>();
        internet.setLoss((from, to, datagram) -> {
            if (datagram[0] == 'R') {
                frames.add(datagram);
            }
            return isDirect(from, to);
        });
        MeshNode a = start(HOST_A, A);
        MeshNode b = mesh.start(HOST_B, B);
        assertTrue(MeshNode.await(SOON, () -> a.peer(B) != null && b.peer(A) != null), "the map never came");
        a.tun().send(Packets.ipv4(A, B, "secret"));
        assertNull(b.tun().take(6_000));
        assertFalse(a.isConnectedTo(B) || b.isConnectedTo(A));
        assertTrue(frames.isEmpty(), "frames: " + frames.size());
        assertEquals(0, mesh.iex().relayedBytes());
    }

    @Test
    void iexSeesRecordsAloneAndNothingOfWhatTheyHold() throws InterruptedException {
        ConcurrentLinkedQueue<byte[]> seen = new ConcurrentLinkedQueue<>();
        internet.setLoss((from, to, datagram) -> {
            boolean passesIex = !isDirect(from, to) && datagram[0] != '{';
            if (passesIex) {
                seen.add(datagram);
            }
            return isDirect(from, to);
        });
        MeshNode a = start(HOST_A, A);
        MeshNode b = start(HOST_B, B);
        Mesh.awaitConnected(a, b);
        String plaintext = "a plaintext that nobody but B is to read";
        for (int i = 0; i < 20; i++) {
            byte[] packet = Packets.ipv4(A, B, plaintext + i);
            a.tun().send(packet);
            assertArrayEquals(packet, b.tun().take(2_000));
        }
        assertTrue(seen.size() >= 40, "datagrams: " + seen.size());
        int data = 0;
        for (byte[] datagram : seen) {
            assertEquals('R', datagram[0]);
            assertTrue(datagram[10] >= 20 && datagram[10] <= 25, "content type " + datagram[10]);
            String text = new String(datagram, StandardCharsets.ISO_8859_1);
            assertFalse(text.contains("a plaintext") || text.contains("nobody but B"), "plaintext");
            data += datagram[10] >= 23 ? 1 : 0;
        }
        assertTrue(data >= 40, "data records: " + data);
    }

    private void exchange(MeshNode a, MeshNode b, int number) throws InterruptedException {
        byte[] there = Packets.ipv4(A, B, "there " + number);
        a.tun().send(there);
        assertArrayEquals(there, b.tun().take(2_000), "packet " + number);
        byte[] back = Packets.ipv4(B, A, "back " + number);
        b.tun().send(back);
        assertArrayEquals(back, a.tun().take(2_000), "reply " + number);
    }

    private static void drain(MeshNode node) throws InterruptedException {
        byte[] packet = node.tun().take(500);
        while (packet != null) {
            packet = node.tun().take(500);
        }
    }

    private void loseWhatIsDirect() {
        internet.setLoss((from, to, datagram) -> isDirect(from, to));
    }

    private boolean isDirect(Endpoint from, Endpoint to) {
        return !from.hasSameAddress(iexAddress) && !to.hasSameAddress(iexAddress);
    }

    private static boolean isDirect(MeshNode node, String peer) {
        return !RelayEndpoint.isOne(path(node, peer));
    }

    /** Where the newest session came from; that it is the first is not said, since both may call (paper row P50). */
    private static String lastConnection(MeshNode node, String peer) {
        return node.peer(peer).events().list().stream()
                .filter(event -> event.kind() == PeerEvent.Kind.CONNECTED)
                .reduce((_, later) -> later)
                .orElseThrow()
                .detail();
    }

    private static Endpoint path(MeshNode node, String peer) {
        return node.peer(peer).session().path().endpoint();
    }

    private MeshNode start(String host, String virtualIp) {
        return mesh.start(host, Mesh.settings(virtualIp).withRelay(true));
    }

    private static int address(String virtualIp) {
        return Ipv4Prefix.parseAddress(virtualIp).orElseThrow();
    }
}
