package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.record.Role;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.udp.Endpoint;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who calls (paper rows P48 and P50). */
@Tag("mesh")
final class LeaderRuleTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String KEY = "a key of the mesh that is long enough";

    @Test
    void theNodeWithTheLargerAddressCallsAndItIsComparedAsANumber() {
        try (FakeInternet internet = new FakeInternet()) {
            FakeUdpNetwork iexHost = internet.host("203.0.113.1");
            try (IexServer iex = IexServer.start(iexHost, IexSettings.DEFAULTS)) {
                Endpoint iexEndpoint = iexHost.endpoint(iex.port());
                try (MeshNode nine = MeshNode.start(
                                internet.host("198.51.100.1"), iexEndpoint, MeshNode.settings("10.0.0.9", KEY));
                        MeshNode ten = MeshNode.start(
                                internet.host("198.51.100.2"), iexEndpoint, MeshNode.settings("10.0.0.10", KEY))) {
                    assertTrue(MeshNode.await(
                            SOON, () -> nine.isConnectedTo("10.0.0.10") && ten.isConnectedTo("10.0.0.9")));
                    assertEquals(Role.CLIENT, role(ten, "10.0.0.9"));
                    assertEquals(Role.SERVER, role(nine, "10.0.0.10"));
                }
            }
        }
    }

    private static Role role(MeshNode node, String peer) {
        return node.peer(peer).session().association().role();
    }
}
