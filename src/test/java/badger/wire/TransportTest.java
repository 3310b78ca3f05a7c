package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** TCP, UDP and ICMP behind an IPv4 header. */
final class TransportTest {
    private static final int IP_AT = 1;
    private static final int AT = IP_AT + Ipv4.MINIMUM_HEADER_BYTES;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void headersHaveTheirSizesAndChecksumsTheirPlaces() {
        assertEquals(20, Tcp.MINIMUM_HEADER_BYTES);
        assertEquals(16, Tcp.CHECKSUM_OFFSET);
        assertEquals(8, Udp.HEADER_BYTES);
        assertEquals(6, Udp.CHECKSUM_OFFSET);
        assertEquals(8, Icmp.HEADER_BYTES);
        assertEquals(2, Icmp.CHECKSUM_OFFSET);
    }

    @Test
    void readsTcpSyn() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.TCP_SYN, IP_AT);
        assertTrue(Tcp.isComplete(packet, AT, 40));
        assertEquals(54352, Tcp.sourcePort(packet, AT));
        assertEquals(8080, Tcp.destinationPort(packet, AT));
        assertEquals(0xF3895080L, Tcp.sequence(packet, AT));
        assertEquals(0, Tcp.acknowledgement(packet, AT));
        assertEquals(40, Tcp.headerBytes(packet, AT));
        assertEquals(0xFAF0, Tcp.window(packet, AT));
        assertEquals(0x4A71, Tcp.checksum(packet, AT));
        assertTrue(Tcp.isSyn(packet, AT));
        assertFalse(Tcp.isAck(packet, AT) || Tcp.isFin(packet, AT) || Tcp.isRst(packet, AT));
    }

    @Test
    void readsTcpData() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.TCP_DATA, IP_AT);
        assertEquals(0xF3895081L, Tcp.sequence(packet, AT));
        assertEquals(0x2E4EEAD3L, Tcp.acknowledgement(packet, AT));
        assertEquals(32, Tcp.headerBytes(packet, AT));
        assertTrue(Tcp.isPsh(packet, AT) && Tcp.isAck(packet, AT));
        assertFalse(Tcp.isSyn(packet, AT) || Tcp.isUrg(packet, AT));
    }

    @Test
    void eachTcpFlagHasItsBit() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.TCP_DATA, IP_AT);
        for (int flags = 0; flags < 64; flags++) {
            packet.set(ValueLayout.JAVA_BYTE, AT + 13, (byte) flags);
            int read = (Tcp.isFin(packet, AT) ? 1 : 0)
                    | (Tcp.isSyn(packet, AT) ? 2 : 0)
                    | (Tcp.isRst(packet, AT) ? 4 : 0)
                    | (Tcp.isPsh(packet, AT) ? 8 : 0)
                    | (Tcp.isAck(packet, AT) ? 16 : 0)
                    | (Tcp.isUrg(packet, AT) ? 32 : 0);
            assertEquals(flags, read);
        }
    }

    @Test
    void readsUdp() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.UDP_BADGERS, IP_AT);
        assertTrue(Udp.isComplete(packet, AT, 15));
        assertEquals(40000, Udp.sourcePort(packet, AT));
        assertEquals(9944, Udp.destinationPort(packet, AT));
        assertEquals(15, Udp.length(packet, AT));
        assertEquals(0x1978, Udp.checksum(packet, AT));
    }

    @Test
    void readsIcmpEcho() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.ECHO, IP_AT);
        assertTrue(Icmp.isComplete(24));
        assertEquals(Icmp.ECHO, Icmp.type(packet, AT));
        assertEquals(0, Icmp.code(packet, AT));
        assertEquals(0xF6F1, Icmp.checksum(packet, AT));
        assertEquals(0x3623, Icmp.identifier(packet, AT));
        assertEquals(1, Icmp.sequence(packet, AT));
    }

    @Test
    void refusesEveryTruncatedCopy() {
        assertEquals(40, GoldenPackets.shortestComplete(transport(GoldenPackets.TCP_SYN), Tcp::isComplete));
        assertEquals(32, GoldenPackets.shortestComplete(transport(GoldenPackets.TCP_DATA), Tcp::isComplete));
        assertEquals(15, GoldenPackets.shortestComplete(transport(GoldenPackets.UDP_BADGERS), Udp::isComplete));
        assertFalse(Icmp.isComplete(7));
    }

    @Test
    void refusesLengthsWithinTheHeader() {
        MemorySegment tcp = GoldenPackets.segment(arena, GoldenPackets.TCP_SYN, IP_AT);
        tcp.set(ValueLayout.JAVA_BYTE, AT + 12, (byte) 0x40);
        assertFalse(Tcp.isComplete(tcp, AT, 40));
        MemorySegment udp = GoldenPackets.segment(arena, GoldenPackets.UDP_BADGERS, IP_AT);
        udp.set(WireTypes.U16, AT + 4, (short) 7);
        assertFalse(Udp.isComplete(udp, AT, 15));
    }

    private static String transport(String packet) {
        return packet.substring(2 * Ipv4.MINIMUM_HEADER_BYTES);
    }
}
