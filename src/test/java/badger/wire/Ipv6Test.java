package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Ipv6Test {
    private static final int AT = 3;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void headerIsFortyBytes() {
        assertEquals(40, Ipv6.HEADER_BYTES);
    }

    @Test
    void readsEveryFieldOfAKernelsPacket() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.IPV6_TCP_DATA, AT);
        assertTrue(Ipv6.isComplete(packet, AT, 77));
        assertEquals(6, Ipv6.version(packet, AT));
        assertEquals(37, Ipv6.payloadLength(packet, AT));
        assertEquals(Tcp.PROTOCOL, Ipv6.nextHeader(packet, AT));
        assertEquals(64, Ipv6.hopLimit(packet, AT));
        assertEquals(0x2001_0DB8_0000_0000L, Ipv6.sourceHigh(packet, AT));
        assertEquals(1, Ipv6.sourceLow(packet, AT));
        assertEquals(0x2001_0DB8_0000_0000L, Ipv6.destinationHigh(packet, AT));
        assertEquals(2, Ipv6.destinationLow(packet, AT));
    }

    @Test
    void tellsTheUpperHalvesOfTheAddressesApart() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.IPV6_TCP_DATA, AT);
        packet.set(ValueLayout.JAVA_BYTE, AT + 24, (byte) 0xFE);
        assertEquals(0x2001_0DB8_0000_0000L, Ipv6.sourceHigh(packet, AT));
        assertEquals(0xFE01_0DB8_0000_0000L, Ipv6.destinationHigh(packet, AT));
    }

    @Test
    void refusesEveryTruncatedCopy() {
        assertEquals(77, GoldenPackets.shortestComplete(GoldenPackets.IPV6_TCP_DATA, Ipv6::isComplete));
        assertEquals(-1, GoldenPackets.shortestComplete(GoldenPackets.TCP_SYN, Ipv6::isComplete));
    }
}
