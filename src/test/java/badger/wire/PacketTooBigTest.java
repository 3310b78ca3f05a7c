package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.Packets;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class PacketTooBigTest {
    private final byte[] answer = new byte[PacketTooBig.MOST_BYTES];

    @Test
    void answersIpv4WithFragmentationNeededAndTheNextMtu() {
        byte[] packet = Packets.ipv4("10.0.0.10", "10.0.0.20", "too big");
        int length = write(packet, 1_215);
        assertEquals(
                "4500003700000000400166a90a0000140a00000a" // From where the packet was to go, to where it came from.
                        + "0304" + "4b43" + "0000" + "04bf"
                        + HexFormat.of().formatHex(packet),
                HexFormat.of().formatHex(answer, 0, length));
        assertTrue(Checksum.isValid(Checksum.sum(MemorySegment.ofArray(answer), 0, 20)));
        assertTrue(Checksum.isValid(Checksum.sum(MemorySegment.ofArray(answer), 20, length - 20)));
    }

    @Test
    void answersIpv6WithPacketTooBig() {
        byte[] packet = Packets.ipv6("fd00::10", "fd00::20", "too big");
        int length = write(packet, 1_280);
        assertEquals(
                "6000000000373a40" + "fd000000000000000000000000000020" + "fd000000000000000000000000000010" + "0200",
                HexFormat.of().formatHex(answer, 0, 42));
        assertEquals(
                "00000500" + HexFormat.of().formatHex(packet), HexFormat.of().formatHex(answer, 44, length));
        MemorySegment segment = MemorySegment.ofArray(answer);
        assertTrue(Checksum.isValid(
                Checksum.ipv6PseudoHeader(segment, 0, 58, length - 40) + Checksum.sum(segment, 40, length - 40)));
    }

    @Test
    void quotesAsMuchAsTheRfcsAllow() {
        assertEquals(576, write(Packets.ipv4("10.0.0.10", "10.0.0.20", new byte[9_000]), 1_400));
        assertEquals(1_280, write(Packets.ipv6("fd00::10", "fd00::20", 17, new byte[9_000]), 1_400));
    }

    @Test
    void aLaterFragmentGetsNoAnswer() {
        byte[] packet = Packets.ipv4("10.0.0.10", "10.0.0.20", "too big");
        packet[7] = 1;
        assertEquals(0, write(packet, 1_400));
    }

    private int write(byte[] packet, int mtu) {
        Arrays.fill(answer, (byte) 0x5A);
        return PacketTooBig.write(
                MemorySegment.ofArray(answer), 0, MemorySegment.ofArray(packet), 0, packet.length, mtu);
    }
}
