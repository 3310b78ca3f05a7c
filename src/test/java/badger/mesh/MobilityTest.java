package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.session.Session;
import badger.testing.FakeUdpNetwork;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.OwnsTheJvm;
import badger.testing.Packets;
import badger.udp.Endpoint;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions outlive the paths that they began on: nearer ones are found, and hosts may change their addresses. */
@Tag("mesh")
@OwnsTheJvm
final class MobilityTest {
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final Endpoint PRIVATE_B = endpoint("192.168.10.101");

    private final Mesh mesh = new Mesh();
    private final FakeUdpNetwork hostA = mesh.internet().host("198.51.100.1");
    private final FakeUdpNetwork hostB = mesh.internet().host("198.51.100.2");
    private MeshNode a;
    private MeshNode b;

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    private static Endpoint endpoint(String address) {
        return Endpoint.of(InetAddress.ofLiteral(address), 0);
    }

    private void start() {
        a = mesh.start("198.51.100.1", A);
        b = mesh.start("198.51.100.2", B);
        Mesh.awaitConnected(a, b);
    }

    private static void passPackets(MeshNode from, MeshNode to, int first, int count) throws InterruptedException {
        for (int i = first; i < first + count; i++) {
            byte[] packet = Packets.ipv4(from.virtualIp(), to.virtualIp(), "packet " + i);
            from.tun().send(packet);
            assertArrayEquals(packet, to.tun().take(5_000), "packet " + i);
        }
    }

    @Test
    void pathInTheLanIsTakenOnceItWorksAndNoPacketIsLost() throws InterruptedException {
        mesh.internet().alias(hostB, "192.168.10.101");
        mesh.internet().setLoss((from, to, datagram) -> to.withPort(0).equals(PRIVATE_B));
        a = mesh.start("198.51.100.1", A);
        b = mesh.add(MeshNode.startAt(
                hostB, mesh.iexEndpoint(), Mesh.settings(B), _ -> PRIVATE_B.withPort(32_768), List.of()));
        Mesh.awaitConnected(a, b);
        Session session = a.peer(B).session();
        assertEquals(hostB.endpoint(32_768), session.path().endpoint());

        mesh.internet().setLoss((from, to, datagram) -> false);
        int sent = 0;
        while (!session.path().endpoint().equals(PRIVATE_B.withPort(32_768))) {
            assertTrue(sent < 20_000, "still on the path through the internet");
            passPackets(a, b, sent++, 1);
            Thread.sleep(1);
        }
        passPackets(a, b, sent, 20);
        passPackets(b, a, sent, 20);
        assertEquals(session, a.peer(B).session());
    }

    @Test
    void nodeThatChangesItsAddressKeepsItsSession() throws InterruptedException {
        start();
        passPackets(a, b, 0, 3);
        Session before = b.peer(A).session();
        for (int move = 1; move <= 10; move++) {
            Thread.sleep(300);
            String address = "198.51.100." + (100 + move);
            hostA.renumber(address);
            assertTrue(
                    MeshNode.await(
                            Duration.ofSeconds(3),
                            () -> b.peer(A).session() != null
                                    && b.peer(A)
                                            .session()
                                            .path()
                                            .endpoint()
                                            .equals(hostA.endpoint(a.node().port()))),
                    "move " + move + " was not followed");
            passPackets(a, b, 10 * move, 3);
            passPackets(b, a, 10 * move, 3);
        }
        assertEquals(before, b.peer(A).session());
    }
}
