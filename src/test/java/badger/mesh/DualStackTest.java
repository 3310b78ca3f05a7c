package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.testing.FakeUdpNetwork;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import badger.udp.Endpoint;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes that IEX sees over IPv4 and that have IPv6 between them race both. */
@Tag("mesh")
final class DualStackTest {
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";

    private final Mesh mesh = new Mesh();

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void nodesThatIpv4KeepsApartMeetOverIpv6() throws InterruptedException {
        mesh.internet()
                .setLoss((from, to, datagram) -> from.isIpv4()
                        && !from.hasSameAddress(mesh.iexEndpoint())
                        && !to.hasSameAddress(mesh.iexEndpoint()));
        MeshNode a = start("198.51.100.1", "2001:db8::1", A);
        MeshNode b = start("198.51.100.2", "2001:db8::2", B);
        Mesh.awaitConnected(a, b);
        assertEquals(
                List.of("2001:db8:0:0:0:0:0:2", "198.51.100.2"),
                a.peer(B).candidates().endpoints().stream()
                        .map(endpoint -> endpoint.address().getHostAddress())
                        .toList());
        assertEquals(
                a.peer(B).candidates().further().getFirst(),
                a.peer(B).session().path().endpoint());
        byte[] packet = Packets.ipv4(A, B, "over IPv6");
        a.tun().send(packet);
        assertArrayEquals(packet, b.tun().take(5_000));
    }

    @Test
    void nodesWhoseIpv6LeadsNowhereMeetOverIpv4() {
        mesh.internet().setLoss((from, to, datagram) -> !to.isIpv4());
        MeshNode a = start("198.51.100.1", "2001:db8::1", A);
        MeshNode b = start("198.51.100.2", "2001:db8::2", B);
        Mesh.awaitConnected(a, b);
        assertEquals(
                a.peer(B).candidates().publicEndpoint(),
                a.peer(B).session().path().endpoint());
    }

    private MeshNode start(String address, String ipv6, String virtualIp) {
        FakeUdpNetwork host = mesh.internet().host(address);
        Endpoint second = mesh.internet().addAddress(host, ipv6);
        return mesh.add(
                MeshNode.startAt(host, mesh.iexEndpoint(), Mesh.settings(virtualIp), host::endpoint, List.of(second)));
    }
}
