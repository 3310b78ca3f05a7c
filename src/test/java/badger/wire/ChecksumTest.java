package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChecksumTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void agreesWithTheExampleOfRfc1071() {
        MemorySegment segment = GoldenPackets.segment(arena, "0001f203f4f5f6f7", 0);
        assertEquals(0xDDF2, Checksum.fold(Checksum.sum(segment, 0, 8)));
        assertEquals(0x220D, Checksum.of(segment, 0, 8));
    }

    @Test
    void agreesWithReferenceAtEveryAlignmentAndLength() {
        Random random = new Random(1071);
        byte[] bytes = new byte[1500 + 16];
        random.nextBytes(bytes);
        MemorySegment segment = nativeCopy(bytes);
        for (int at = 0; at < 16; at++) {
            for (int length = 0; length <= 260; length++) {
                assertEquals(reference(bytes, at, length), Checksum.of(segment, at, length), at + "+" + length);
            }
            assertEquals(reference(bytes, at, 1500), Checksum.of(segment, at, 1500));
        }
    }

    @Test
    void agreesWithReferenceOverRandomRanges() {
        Random random = new Random(19);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(4000)];
            random.nextBytes(bytes);
            int at = random.nextInt(bytes.length);
            int length = random.nextInt(bytes.length - at + 1);
            MemorySegment segment = MemorySegment.ofArray(bytes);
            assertEquals(reference(bytes, at, length), Checksum.of(segment, at, length), at + "+" + length);
        }
    }

    @Test
    void carriesThroughTheLongestPacketOfOnes() {
        byte[] bytes = new byte[65535];
        Arrays.fill(bytes, (byte) 0xFF);
        MemorySegment segment = nativeCopy(bytes);
        assertEquals(reference(bytes, 0, 65535), Checksum.of(segment, 0, 65535));
        assertEquals(reference(bytes, 1, 65534), Checksum.of(segment, 1, 65534));
        assertEquals(0xFFFF, Checksum.of(segment, 0, 0));
    }

    @Test
    void foldsTheGreatestSumInFull() {
        for (long sum : new long[] {-1, 0xFFFF_FFFF_FFFFL, 0x1_FFFF_FFFFL, 0xFFFF_0001L, 0x1_0000_0000_FFFFL}) {
            long expected = Long.remainderUnsigned(sum, 0xFFFF) == 0 ? 0xFFFF : Long.remainderUnsigned(sum, 0xFFFF);
            assertEquals(expected, Checksum.fold(sum), Long.toHexString(sum));
        }
        assertEquals(0, Checksum.fold(0));
    }

    @Test
    void sumsOfNeighbouringRangesAddUp() {
        byte[] bytes = new byte[999];
        new Random(3).nextBytes(bytes);
        MemorySegment segment = nativeCopy(bytes);
        for (int cut = 0; cut <= 998; cut += 2) {
            long sum = Checksum.sum(segment, 0, cut) + Checksum.sum(segment, cut, 999 - cut);
            assertEquals(reference(bytes, 0, 999), Checksum.finish(sum));
        }
    }

    @Test
    void findsTheChecksumsOfKernelsRight() {
        assertTrue(isValidOverIpv4(GoldenPackets.segment(arena, GoldenPackets.TCP_SYN, 3), 3));
        assertTrue(isValidOverIpv4(GoldenPackets.segment(arena, GoldenPackets.TCP_DATA, 3), 3));
        assertTrue(isValidOverIpv4(GoldenPackets.segment(arena, GoldenPackets.UDP_BADGERS, 3), 3));
        MemorySegment echo = GoldenPackets.segment(arena, GoldenPackets.ECHO, 3);
        assertTrue(Checksum.isValid(Checksum.sum(echo, 3 + 20, 24)));
        MemorySegment ipv6 = GoldenPackets.segment(arena, GoldenPackets.IPV6_TCP_DATA, 3);
        long sum = Checksum.ipv6PseudoHeader(ipv6, 3, Tcp.PROTOCOL, 37);
        assertTrue(Checksum.isValid(sum + Checksum.sum(ipv6, 3 + Ipv6.HEADER_BYTES, 37)));
    }

    @Test
    void computesTheChecksumThatTheKernelWrote() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.UDP_BADGERS, 0);
        int expected = Udp.checksum(packet, 20);
        packet.set(WireTypes.U16, 20L + Udp.CHECKSUM_OFFSET, (short) 0);
        long sum = Checksum.ipv4PseudoHeader(packet, 0, Udp.PROTOCOL, 15) + Checksum.sum(packet, 20, 15);
        assertEquals(expected, Checksum.finish(sum));
    }

    @Test
    void findsEveryFlippedBit() {
        MemorySegment packet = GoldenPackets.segment(arena, GoldenPackets.TCP_DATA, 0);
        for (int bit = 20 * 8; bit < 56 * 8; bit++) {
            byte before = packet.get(ValueLayout.JAVA_BYTE, bit / 8);
            packet.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (before ^ 1 << bit % 8));
            assertFalse(isValidOverIpv4(packet, 0), "bit=" + bit);
            packet.set(ValueLayout.JAVA_BYTE, bit / 8, before);
        }
    }

    private static boolean isValidOverIpv4(MemorySegment packet, long at) {
        int headerBytes = Ipv4.headerBytes(packet, at);
        int length = Ipv4.totalLength(packet, at) - headerBytes;
        long sum = Checksum.ipv4PseudoHeader(packet, at, Ipv4.protocol(packet, at), length);
        return Checksum.isValid(sum + Checksum.sum(packet, at + headerBytes, length));
    }

    private MemorySegment nativeCopy(byte[] bytes) {
        MemorySegment segment = arena.allocate(bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    /** The code of RFC 1071, section 4.1, word by word. */
    private static int reference(byte[] bytes, int at, int length) {
        long sum = 0;
        for (int i = 0; i + 1 < length; i += 2) {
            sum += (bytes[at + i] & 0xFF) << 8 | (bytes[at + i + 1] & 0xFF);
        }
        if (length % 2 != 0) {
            sum += (bytes[at + length - 1] & 0xFF) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (int) (~sum & 0xFFFF);
    }
}
