package badger.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.Packets;
import badger.wire.Checksum;
import badger.wire.Ipv4;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MssClampTest {
    private static final int SYN = 0x02;
    private static final int LARGEST = 1_215;

    @Test
    void lowersWhatIsTooMuchAndKeepsTheChecksumRight() {
        for (String options : new String[] {
            "02042300", "020423000402080a0000000100000000", "0103030702042300", "010101010204ffff0000" + "0000"
        }) {
            for (boolean isIpv4 : new boolean[] {true, false}) {
                byte[] packet = packet(isIpv4, SYN, options);
                apply(packet, false);
                assertEquals(LARGEST - (isIpv4 ? 40 : 60), mss(packet, isIpv4, options), options);
                assertTrue(isChecksumRight(packet, isIpv4), options);
            }
        }
    }

    @Test
    void anOptionAtAnOddPlaceHasItsBytesInTwoWords() {
        String options = "010204230001" + "0000";
        for (int value = 1_176; value < 65_536; value += 97) {
            byte[] packet = packet(true, SYN, options);
            ByteBuffer.wrap(packet).putShort(20 + 20 + 3, (short) value);
            finishChecksum(packet, true);
            apply(packet, false);
            assertEquals(1_175, Short.toUnsignedInt(ByteBuffer.wrap(packet).getShort(20 + 20 + 3)));
            assertTrue(isChecksumRight(packet, true), "from " + value);
        }
    }

    @Test
    void leavesAloneWhatIsSmallEnoughAndWhatIsNoSyn() {
        assertUnchanged(packet(true, SYN, "02040497"), false);
        assertUnchanged(packet(true, 0x10, "02042300"), false);
        assertUnchanged(packet(true, SYN, ""), false);
        assertUnchanged(Packets.ipv4("10.0.0.1", "10.0.0.2", new byte[60]), false);
    }

    @Test
    void aPartialChecksumHasNoOptionsInIt() {
        byte[] packet = packet(true, SYN, "02042300");
        byte[] before = packet.clone();
        apply(packet, true);
        assertEquals(1_175, mss(packet, true, "02042300"));
        assertEquals(
                ByteBuffer.wrap(before).getShort(36), ByteBuffer.wrap(packet).getShort(36));
    }

    @Test
    void hostileOptionsDoNoHarm() {
        for (String options : new String[] {
            "00000000", "02000000", "02010000", "03ff0000", "01010102", "02032300", "0205230000000000", "ffffffff"
        }) {
            assertUnchanged(packet(true, SYN, options), false);
        }
        Random random = new Random(879);
        for (int i = 0; i < 100_000; i++) {
            byte[] packet = packet(random.nextBoolean(), SYN, "02042300010303070402080a0000000100000000");
            for (int k = 0; k < 4; k++) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(packet.length + 1);
            MssClamp.apply(MemorySegment.ofArray(packet).asSlice(0, length), 0, length, LARGEST, random.nextBoolean());
        }
    }

    private static void assertUnchanged(byte[] packet, boolean isPartial) {
        byte[] before = packet.clone();
        apply(packet, isPartial);
        assertArrayEquals(before, packet);
    }

    private static void apply(byte[] packet, boolean isPartial) {
        MssClamp.apply(MemorySegment.ofArray(packet), 0, packet.length, LARGEST, isPartial);
    }

    private static int mss(byte[] packet, boolean isIpv4, String options) {
        int at = (isIpv4 ? 40 : 60) + options.indexOf("0204") / 2 + 2;
        return Short.toUnsignedInt(ByteBuffer.wrap(packet).getShort(at));
    }

    private static byte[] packet(boolean isIpv4, int flags, String options) {
        byte[] optionBytes = HexFormat.of().parseHex(options);
        ByteBuffer tcp = ByteBuffer.allocate(20 + optionBytes.length);
        tcp.putShort((short) 40_000).putShort((short) 443).putInt(12_345).putInt(0);
        tcp.put((byte) ((20 + optionBytes.length) * 4)).put((byte) flags).putShort((short) 64_240);
        tcp.putInt(0).put(optionBytes);
        byte[] packet = isIpv4
                ? Packets.ipv4("10.0.0.10", "10.0.0.20", tcp.array())
                : Packets.ipv6("fd00::10", "fd00::20", 6, tcp.array());
        if (isIpv4) {
            packet[9] = 6;
            MemorySegment segment = MemorySegment.ofArray(packet);
            Ipv4.headerChecksum(segment, 0, 0);
            Ipv4.headerChecksum(segment, 0, Checksum.of(segment, 0, 20));
        }
        finishChecksum(packet, isIpv4);
        return packet;
    }

    private static void finishChecksum(byte[] packet, boolean isIpv4) {
        int at = (isIpv4 ? 20 : 40) + 16;
        ByteBuffer.wrap(packet).putShort(at, (short) 0);
        ByteBuffer.wrap(packet).putShort(at, (short) Checksum.finish(sum(packet, isIpv4)));
    }

    private static boolean isChecksumRight(byte[] packet, boolean isIpv4) {
        return Checksum.isValid(sum(packet, isIpv4));
    }

    private static long sum(byte[] packet, boolean isIpv4) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        int at = isIpv4 ? 20 : 40;
        int length = packet.length - at;
        long pseudo = isIpv4
                ? Checksum.ipv4PseudoHeader(segment, 0, 6, length)
                : Checksum.ipv6PseudoHeader(segment, 0, 6, length);
        return pseudo + Checksum.sum(segment, at, length);
    }
}
