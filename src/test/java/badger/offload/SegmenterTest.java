package badger.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SegmenterTest {
    private static final int TCPV4 = 1;
    private static final int TCPV6 = 4;
    private static final int UDP_L4 = 5;

    private final Arena arena = Arena.ofShared();
    private final SegmenterRig rig = new SegmenterRig(arena);
    private final TestPacket tcp = new TestPacket().payload(3_000);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void leavesCompletePacketAlone() {
        byte[] packet = tcp.build();
        assertSegments(List.of(packet), rig.segments(Frame.plain(packet), false));
        byte[] notEvenIp = {1, 2, 3};
        assertSegments(List.of(notEvenIp), rig.segments(Frame.plain(notEvenIp), true));
    }

    @Test
    void finishesBegunChecksum() {
        assertSegments(List.of(tcp.build()), rig.segments(Frame.partial(tcp.buildPartial()), false));
        TestPacket udp = udp(1_001);
        assertSegments(List.of(udp.build()), rig.segments(Frame.partial(udp.buildPartial()), false));
    }

    @Test
    void leavesBegunChecksumToPeer() {
        byte[] packet = tcp.buildPartial();
        assertSegments(List.of(packet), rig.segments(Frame.partial(packet), true));
    }

    @Test
    void refusesWrongChecksumThatPeerWouldMakeRight() {
        for (TestPacket each : List.of(tcp, udp(100))) {
            byte[] packet = each.build();
            int checksumAt = PacketBytes.checksumAt(packet);
            packet[checksumAt] ^= 1;
            assertNull(rig.segments(Frame.plain(packet), true));
            assertSegments(List.of(packet), rig.segments(Frame.plain(packet), false));
            Frame valid = new Frame(2, 0, 0, 0, 0, 0, packet);
            assertSegments(List.of(packet), rig.segments(valid, true));
        }
        byte[] without = udp(100).build();
        PacketBytes.put16(without, PacketBytes.checksumAt(without), 0);
        assertSegments(List.of(without), rig.segments(Frame.plain(without), true));
    }

    @Test
    void finishesChecksumThatPeerWouldNotFind() {
        // A checksum of TCP within UDP, as in VXLAN: the peer would finish that of UDP.
        TestPacket outer = udp(100);
        byte[] packet = outer.build();
        Frame frame = new Frame(1, 0, 0, 0, 28 + 20, 16, packet);
        assertSegments(frame.segments(), rig.segments(frame, true));
        // A checksum behind an IPv6 extension header.
        tcp.isIpv6 = true;
        byte[] extended = tcp.build();
        extended[6] = 0;
        Frame behind = new Frame(1, 0, 0, 0, 48, 16, extended);
        assertSegments(behind.segments(), rig.segments(behind, true));
    }

    @Test
    void writesOnesForChecksumThatIsZero() {
        TestPacket udp = udp(2);
        for (int i = 0; i <= 0xFFFF; i++) {
            PacketBytes.put16(udp.payload, 0, i);
            byte[] packet = udp.build();
            if (PacketBytes.u16(packet, PacketBytes.checksumAt(packet)) == 0xFFFF) {
                assertSegments(List.of(packet), rig.segments(Frame.partial(udp.buildPartial()), false));
                Frame one = Frame.superPacket(UDP_L4, 1_000, udp.buildPartial());
                assertSegments(List.of(packet), rig.segments(one, false));
                return;
            }
        }
        throw new AssertionError("no payload has checksum 0");
    }

    @Test
    void cutsTcpIntoWhatSenderWouldHaveSent() {
        tcp.flags = TestPacket.ACK | TestPacket.PSH | TestPacket.FIN | TestPacket.CWR | TestPacket.ECE;
        tcp.identification = 0xFFFF;
        tcp.sequence = 0xFFFF_FFFFL - 1_500;
        List<byte[]> segments = assertLikeReference(Frame.superPacket(TCPV4 | 0x80, 1_000, tcp.buildPartial()));
        assertEquals(3, segments.size());
        assertEquals(
                List.of(0xFFFF, 0, 1),
                segments.stream().map(s -> PacketBytes.u16(s, 4)).toList());
        assertEquals(
                List.of(0xFFFF_FFFFL - 1_500, 0xFFFF_FFFFL - 500, 499L),
                segments.stream().map(s -> PacketBytes.u32(s, 24)).toList());
        int each = TestPacket.ACK | TestPacket.ECE;
        assertEquals(
                List.of(each | TestPacket.CWR, each, each | TestPacket.FIN | TestPacket.PSH),
                segments.stream().map(s -> PacketBytes.u8(s, 33)).toList());
        segments.forEach(segment -> assertTrue(PacketBytes.hasValidTransport(segment)));
    }

    @Test
    void cutsIpv6AndOptionsAndShortTail() {
        tcp.tcpOptions = new byte[] {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
        assertEquals(
                4,
                assertLikeReference(Frame.superPacket(TCPV4, 999, tcp.buildPartial()))
                        .size());
        tcp.ipOptions = new byte[40];
        tcp.tcpOptions = new byte[40];
        assertLikeReference(Frame.superPacket(TCPV4, 7, tcp.buildPartial()));
        tcp.isIpv6 = true;
        assertLikeReference(Frame.superPacket(TCPV6, 1_368, tcp.buildPartial()));
        assertLikeReference(Frame.superPacket(TCPV6, 1, tcp.buildPartial()));
        assertEquals(
                1,
                assertLikeReference(Frame.superPacket(TCPV6, 60_000, tcp.buildPartial()))
                        .size());
    }

    @Test
    void cutsUdp() {
        TestPacket udp = udp(5_001);
        assertEquals(
                6,
                assertLikeReference(Frame.superPacket(UDP_L4, 1_000, udp.buildPartial()))
                        .size());
        udp.isIpv6 = true;
        assertLikeReference(Frame.superPacket(UDP_L4, 1_001, udp.buildPartial()));
        udp.hasChecksum = false;
        for (byte[] segment : assertLikeReference(Frame.superPacket(UDP_L4, 1_001, udp.buildPartial()))) {
            assertEquals(0, PacketBytes.u16(segment, PacketBytes.checksumAt(segment)));
        }
    }

    @Test
    void measuresHeaderItself() {
        Frame right = Frame.superPacket(TCPV4, 1_000, tcp.buildPartial());
        Frame wrong = new Frame(1, TCPV4, 1_040, 1_000, 20, 16, right.packet());
        assertSegments(right.segments(), rig.segments(wrong, false));
    }

    @Test
    void cutsLongestPacket() {
        tcp.payload(65_535 - 40);
        assertLikeReference(Frame.superPacket(TCPV4, 1_368, tcp.buildPartial()));
        tcp.isIpv6 = true;
        tcp.payload(65_535 - 60);
        assertLikeReference(Frame.superPacket(TCPV6, 1_368, tcp.buildPartial()));
    }

    @Test
    void refusesWhatContradictsItself() {
        byte[] packet = tcp.buildPartial();
        Frame right = Frame.superPacket(TCPV4, 1_000, packet);
        assertNotNull(rig.segments(right, false));
        assertRefused(Frame.superPacket(TCPV6, 1_000, packet));
        assertRefused(Frame.superPacket(UDP_L4, 1_000, packet));
        assertRefused(Frame.superPacket(3, 1_000, packet));
        assertRefused(Frame.superPacket(TCPV4, 0, packet));
        assertRefused(new Frame(1, TCPV4, 40, 1_000, 24, 16, packet));
        assertRefused(Frame.superPacket(TCPV4, 1_000, changed(packet, 3, packet[3] + 1)));
        assertRefused(Frame.superPacket(TCPV4, 1_000, changed(packet, 6, 0x20)));
        assertRefused(Frame.superPacket(TCPV4, 1_000, changed(packet, 7, 1)));
        assertRefused(Frame.superPacket(TCPV4, 1_000, changed(packet, 9, 47)));
        assertRefused(new Frame(1, TCPV4, 40, 1_000, 20, 16, changed(packet, 0, 0x44)));
        assertRefused(new Frame(1, TCPV4, 40, 1_000, 20, 16, changed(packet, 32, 0x40)));
        assertRefused(Frame.superPacket(TCPV4, 1_000, new TestPacket().buildPartial()));
        assertRefused(Frame.plain(new byte[0]));
        assertRefused(new Frame(1, 0, 0, 0, 2_000, 1_039, packet));
        assertRefused(new Frame(1, 0, 0, 0, 0xFFFF, 0xFFFF, packet));
        assertNotNull(rig.segments(new Frame(1, 0, 0, 0, 2_000, 1_038, packet), false));
    }

    @Test
    void refusesSuperPacketBehindExtensionHeader() {
        tcp.isIpv6 = true;
        byte[] packet = tcp.buildPartial();
        packet[6] = 0;
        assertRefused(new Frame(1, TCPV6, 60, 1_000, 40, 16, packet));
        assertRefused(new Frame(1, UDP_L4, 60, 1_000, 40, 6, packet));
    }

    @Test
    void readsNothingBehindTruncatedPacket() {
        for (boolean isIpv6 : new boolean[] {false, true}) {
            tcp.isIpv6 = isIpv6;
            tcp.tcpOptions = new byte[12];
            byte[] whole = tcp.payload(100).buildPartial();
            for (int length = 0; length < whole.length; length++) {
                byte[] packet = new byte[length];
                System.arraycopy(whole, 0, packet, 0, length);
                if (length > (isIpv6 ? 5 : 3)) {
                    PacketBytes.put16(packet, isIpv6 ? 4 : 2, isIpv6 ? Math.max(0, length - 40) : length);
                }
                Frame frame = new Frame(1, isIpv6 ? TCPV6 : TCPV4, 0, 10, isIpv6 ? 40 : 20, 16, packet);
                List<byte[]> segments = rig.segments(frame, false);
                assertEquals(length > tcp.headerBytes(), segments != null, "length " + length);
            }
        }
    }

    private List<byte[]> assertLikeReference(Frame frame) {
        List<byte[]> expected = frame.segments();
        assertSegments(expected, rig.segments(frame, false));
        assertSegments(expected.stream().map(PacketBytes::begun).toList(), rig.segments(frame, true));
        return expected;
    }

    static void assertSegments(List<byte[]> expected, List<byte[]> actual) {
        assertNotNull(actual);
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "segment " + i);
        }
    }

    private void assertRefused(Frame frame) {
        assertNull(rig.segments(frame, false));
        assertNull(rig.segments(frame, true));
    }

    private static TestPacket udp(int payloadBytes) {
        TestPacket udp = new TestPacket();
        udp.isUdp = true;
        return udp.payload(payloadBytes);
    }

    private static byte[] changed(byte[] packet, int at, int value) {
        byte[] changed = packet.clone();
        changed[at] = (byte) value;
        return changed;
    }
}
