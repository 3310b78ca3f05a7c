package badger.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.Inet6Address;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RouteTableTest {
    private static final List<String> LINES = List.of(
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
            "tun9\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000080\t0\t0\t0",
            "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
            "eth1\t0005000A\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0",
            "eth2\t0007000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0");

    @Test
    void namesTheRouteThatHoldsThePrefix() {
        assertEquals(Optional.of("192.168.0.0/16 on eth0"), RouteTable.overlapping(LINES, 0xC0A80700, 24));
    }

    @Test
    void namesTheRouteInsideThePrefix() {
        assertEquals(Optional.of("10.0.7.0/24 on eth2"), RouteTable.overlapping(LINES, 0x0A000000, 16));
    }

    @Test
    void ignoresDefaultRoutesTheirHalvesAndRoutesThatAreDown() {
        assertEquals(Optional.empty(), RouteTable.overlapping(LINES, 0x0A000500, 24));
    }

    private static final List<String> IPV6_LINES = List.of(
            route6("fd000000000000000000000000000000", 64, "00000001", "eth0"),
            route6("fe800000000000000000000000000000", 64, "00000001", "eth0"),
            route6("00000000000000000000000000000000", 0, "00000003", "eth0"),
            route6("20000000000000000000000000000000", 3, "00000003", "tun9"),
            route6("fc000000000000000000000000000000", 7, "00000003", "tun9"),
            route6("fd010000000000000000000000000000", 48, "00000000", "eth1"),
            route6("fd020000000000010000000000000005", 128, "80200001", "lo"),
            route6("00000000000000000000000000000000", 0, "00200200", "lo"));

    @Test
    void namesTheIpv6RouteThatHoldsThePrefixOrIsInsideIt() {
        assertEquals(
                Optional.of("fd00:0:0:0:0:0:0:0/64 on eth0"),
                RouteTable.overlappingIpv6(IPV6_LINES, network6("fd00::7:0"), 112));
        assertEquals(
                Optional.of("fd00:0:0:0:0:0:0:0/64 on eth0"),
                RouteTable.overlappingIpv6(IPV6_LINES, network6("fd00::"), 48));
        assertEquals(
                Optional.of("fd02:0:0:1:0:0:0:5/128 on lo"),
                RouteTable.overlappingIpv6(IPV6_LINES, network6("fd02:0:0:1::"), 64));
    }

    @Test
    void ignoresIpv6DefaultRoutesTheirPartsAndRoutesThatAreDown() {
        for (String network : List.of("fd00:0:0:1::", "fd01::", "2001:db8::", "fd02:0:0:2::")) {
            assertEquals(Optional.empty(), RouteTable.overlappingIpv6(IPV6_LINES, network6(network), 64), network);
        }
        assertEquals(Optional.empty(), RouteTable.overlappingIpv6(List.of(), network6("fd00::"), 64));
    }

    private static String route6(String destination, int length, String flags, String device) {
        String zeros = "0".repeat(32);
        return destination + " %02x ".formatted(length) + zeros + " 00 " + zeros + " 00000100 00000001 00000000 "
                + flags + "     " + device;
    }

    private static byte[] network6(String text) {
        return Inet6Address.ofLiteral(text).getAddress();
    }

    @Test
    void findsNothingInAnEmptyTable() {
        assertEquals(Optional.empty(), RouteTable.overlapping(List.of(), 0x0A000500, 24));
    }
}
