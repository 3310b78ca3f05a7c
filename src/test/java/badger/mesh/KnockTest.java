package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.message.Knock;
import badger.message.MapEntry;
import badger.message.NetworkMap;
import badger.peer.PeerEvent.Kind;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.udp.Endpoint;
import badger.udp.SharedSender;
import badger.udp.UdpSocket;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node that is knocked at punches at once. IEX is the test. {@code badger.model.CallingTest} shows when punches
 * and calls go.
 */
@Tag("mesh")
final class KnockTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String OWN = "10.0.0.10";
    private static final String PEER = "10.0.0.20";

    private final Arena arena = Arena.ofShared();
    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final UdpSocket iexSocket = iexHost.bind(9_944);
    private final SharedSender iex = new SharedSender(() -> iexSocket, arena);
    private final Endpoint peerEndpoint = internet.host("198.51.100.2").endpoint(4_400);
    private final AtomicInteger punches = new AtomicInteger();
    private final MeshNode node =
            MeshNode.start(internet.host("198.51.100.1"), iexHost.endpoint(9_944), Mesh.settings(OWN));

    KnockTest() {
        internet.host("198.51.100.2").bind(4_400);
        internet.setLoss((from, to, datagram) -> {
            punches.addAndGet(to.equals(peerEndpoint) && datagram[0] == 'b' ? 1 : 0);
            return false;
        });
    }

    @AfterEach
    void close() {
        node.close();
        internet.close();
        arena.close();
    }

    @Test
    void aKnockBeginsANewSeriesOfPunchesAndOneOfAStrangerNone() {
        Endpoint own = internet.host("198.51.100.1").endpoint(node.node().port());
        MapEntry entry = new MapEntry(address(PEER), peerEndpoint, null);
        // IEX has to be known to the node before it takes anything from there.
        assertTrue(iexSocket.receiver(arena).awaitReadable());
        iex.send(new NetworkMap(List.of(entry), -1, "").toJson(), own);
        assertTrue(MeshNode.await(SOON, () -> node.peer(PEER) != null && series() == 1));
        int before = punches.get();
        // They are taken in this order.
        iex.send(new Knock(address("10.0.0.99")).toJson(), own);
        iex.send(new Knock(address(PEER)).toJson(), own);
        assertTrue(MeshNode.await(SOON, () -> series() == 2 && punches.get() > before));
        assertEquals(1, count(Kind.KNOCKED));
    }

    private int series() {
        return count(Kind.PUNCHING);
    }

    private int count(Kind kind) {
        return (int) node.peer(PEER).events().list().stream()
                .filter(event -> event.kind() == kind)
                .count();
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }
}
