package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Ipv4Test {
    private static final int AT = 5;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void headerIsTwentyBytes() {
        assertEquals(20, Ipv4.MINIMUM_HEADER_BYTES);
    }

    @Test
    void readsEveryFieldOfAKernelsPacket() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.ECHO, AT);
        assertTrue(Ipv4.isComplete(packet, AT, 44));
        assertEquals(4, Ipv4.version(packet, AT));
        assertEquals(20, Ipv4.headerBytes(packet, AT));
        assertEquals(0, Ipv4.typeOfService(packet, AT));
        assertEquals(44, Ipv4.totalLength(packet, AT));
        assertEquals(0x3ED6, Ipv4.identification(packet, AT));
        assertTrue(Ipv4.isDontFragment(packet, AT));
        assertFalse(Ipv4.isFragment(packet, AT));
        assertEquals(64, Ipv4.timeToLive(packet, AT));
        assertEquals(Icmp.PROTOCOL, Ipv4.protocol(packet, AT));
        assertEquals(0x77F7, Ipv4.headerChecksum(packet, AT));
        assertEquals("192.0.2.1", Ipv4Prefix.format(Ipv4.source(packet, AT)));
        assertEquals("192.0.2.2", Ipv4Prefix.format(Ipv4.destination(packet, AT)));
        assertTrue(Checksum.isValid(Checksum.sum(packet, AT, 20)));
    }

    @Test
    void refusesEveryTruncatedCopy() {
        assertEquals(44, GoldenPackets.shortestComplete(GoldenPackets.ECHO, Ipv4::isComplete));
        assertEquals(60, GoldenPackets.shortestComplete(GoldenPackets.TCP_SYN, Ipv4::isComplete));
        assertEquals(-1, GoldenPackets.shortestComplete(GoldenPackets.IPV6_TCP_DATA, Ipv4::isComplete));
    }

    @Test
    void acceptsBytesBehindThePacket() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.ECHO + "0000", AT);
        assertTrue(Ipv4.isComplete(packet, AT, 46));
    }

    @Test
    void refusesHeaderShorterThanTwentyBytesOrLongerThanThePacket() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.ECHO, AT);
        for (int words = 0; words < 16; words++) {
            packet.set(ValueLayout.JAVA_BYTE, AT, (byte) (0x40 | words));
            assertEquals(words >= 5 && words * 4 <= 44, Ipv4.isComplete(packet, AT, 44), "words=" + words);
        }
    }

    @Test
    void refusesTotalLengthWithinTheHeader() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.ECHO, AT);
        packet.set(ValueLayout.JAVA_BYTE, AT + 3, (byte) 19);
        assertFalse(Ipv4.isComplete(packet, AT, 44));
        packet.set(ValueLayout.JAVA_BYTE, AT + 3, (byte) 20);
        assertTrue(Ipv4.isComplete(packet, AT, 44));
    }

    @Test
    void refusesEveryVersionButFour() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.ECHO, AT);
        for (int version = 0; version < 16; version++) {
            packet.set(ValueLayout.JAVA_BYTE, AT, (byte) (version << 4 | 5));
            assertEquals(version == 4, Ipv4.isComplete(packet, AT, 44), "version=" + version);
        }
    }

    @Test
    void knowsFirstMiddleAndLastFragment() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.ECHO, AT);
        packet.set(WireTypes.U16, AT + 6, (short) 0x2000);
        assertTrue(Ipv4.isFragment(packet, AT) && Ipv4.isMoreFragments(packet, AT));
        assertEquals(0, Ipv4.fragmentOffset(packet, AT));
        packet.set(WireTypes.U16, AT + 6, (short) 0x20B9);
        assertTrue(Ipv4.isFragment(packet, AT) && Ipv4.isMoreFragments(packet, AT));
        assertEquals(1480, Ipv4.fragmentOffset(packet, AT));
        packet.set(WireTypes.U16, AT + 6, (short) 0x1FFF);
        assertTrue(Ipv4.isFragment(packet, AT));
        assertFalse(Ipv4.isMoreFragments(packet, AT) || Ipv4.isDontFragment(packet, AT));
        assertEquals(65528, Ipv4.fragmentOffset(packet, AT));
    }
}
