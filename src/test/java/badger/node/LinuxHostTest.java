package badger.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.config.ConfigException;
import badger.config.IexAddress;
import badger.udp.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinuxHostTest {
    private static final Endpoint LOOPBACK = Endpoint.of(InetAddress.ofLiteral("127.0.0.1"), 9_944);

    @Test
    void aSilentServerGivesWayToTheNextOneInTurn() throws ConfigException {
        List<IexAddress> addresses = new ArrayList<>();
        for (String text : List.of("192.0.2.1", "192.0.2.2:4000", "[2001:db8::1]")) {
            addresses.add(IexAddress.parse(text));
        }
        LinuxHost host = new LinuxHost(addresses, null);
        List<String> located = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            located.add(host.locateIex().toString());
        }
        assertEquals(
                List.of("192.0.2.1:9944", "192.0.2.2:4000", "[2001:db8:0:0:0:0:0:1]:9944", "192.0.2.1:9944"), located);
    }

    @Test
    void thePrivateAddressIsTheOneGivenOrTheOneTowardsTheServer() {
        LinuxHost told = new LinuxHost(List.of(), InetAddress.ofLiteral("192.168.10.100"));
        assertEquals(
                "192.168.10.100:4400", told.privateEndpoint(LOOPBACK, 4_400).toString());
        LinuxHost finding = new LinuxHost(List.of(), null);
        assertEquals("127.0.0.1:4400", finding.privateEndpoint(LOOPBACK, 4_400).toString());
        assertNull(finding.locateIex());
    }

    @Test
    void theDefaultMtuLeavesRoomForHeadersOnEthernetWhereTheInterfaceTellsNothing() {
        assertEquals(1_400, LinuxHost.defaultMtu(LOOPBACK));
    }

    @Test
    void theNodesNameIsTheSameOnEveryStartOfOneDeviceAlone() {
        String name = LinuxHost.nodeId("badger0");
        assertEquals(name, LinuxHost.nodeId("badger0"));
        assertNotEquals(name, LinuxHost.nodeId("badger1"));
        assertTrue(name.matches("[0-9a-f]{32}"), name);
    }
}
