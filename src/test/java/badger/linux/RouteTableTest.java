package badger.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

    @Test
    void findsNothingInAnEmptyTable() {
        assertEquals(Optional.empty(), RouteTable.overlapping(List.of(), 0x0A000500, 24));
    }
}
