package badger.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of a host's addresses it tells others. */
final class LocalAddressesTest {
    private static final NodeAddresses MESH = new NodeAddresses(
            new Ipv4Prefix(Ipv4Prefix.parseAddress("10.0.0.10").orElseThrow(), 16),
            List.of(new Ipv6Prefix(Ipv6Address.parse("fd00::10").orElseThrow(), 64)));

    @Test
    void twoOfIpv6ComeFirstThenOtherNetworksAndFourAreEnough() {
        assertEquals(
                List.of(
                        "[2001:db8:0:0:0:0:0:1]:3000",
                        "[2001:db8:0:0:0:0:0:2]:3000",
                        "192.168.20.1:3000",
                        "[fd12:0:0:0:0:0:0:1]:3000"),
                choose("192.168.20.1", "2001:db8::1", "2001:db8::2", "2001:db8::3", "fd12::1", "192.168.30.1"));
        assertEquals(
                List.of("[2001:db8:0:0:0:0:0:1]:3000", "[2001:db8:0:0:0:0:0:2]:3000", "[2001:db8:0:0:0:0:0:3]:3000"),
                choose("2001:db8::1", "2001:db8::2", "2001:db8::3"));
    }

    @Test
    void whatMeansNothingElsewhereOrIsKnownOrInTheMeshIsLeftOut() {
        assertEquals(
                List.of("192.168.20.1:3000"),
                choose(
                        "127.0.0.1",
                        "::1",
                        "169.254.7.7",
                        "fe80::1",
                        "192.168.10.100",
                        "10.0.0.10",
                        "10.0.200.1",
                        "fd00::10",
                        "192.168.20.1",
                        "192.168.20.1"));
    }

    @Test
    void theHostsOwnAddressesAreReadAndFew() {
        List<Endpoint> endpoints = LocalAddresses.endpoints(null, 3_000, MESH);
        assertTrue(endpoints.size() <= MapEntry.MOST_ENDPOINTS);
        assertTrue(endpoints.stream().noneMatch(each -> each.address().isLoopbackAddress() || each.port() != 3_000));
        assertEquals(endpoints, LocalAddresses.endpoints(null, 3_000, MESH));
    }

    private static List<String> choose(String... addresses) {
        return LocalAddresses.choose(
                        Arrays.stream(addresses).map(InetAddress::ofLiteral).toList(),
                        Endpoint.of(InetAddress.ofLiteral("192.168.10.100"), 3_000),
                        3_000,
                        MESH)
                .stream()
                .map(Endpoint::toString)
                .toList();
    }
}
