package badger.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.Packets;
import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Ipv6Fragment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FragmenterTest {
    private static final int PACKET_AT = 64;

    private final byte[] payload = new byte[8_000];

    FragmenterTest() {
        new Random(791).nextBytes(payload);
    }

    @Test
    void fragmentsOfIpv4AreThePacketAgain() {
        byte[] packet = Packets.ipv4("10.0.0.10", "10.0.0.20", payload);
        for (int largest : new int[] {1_180, 1_215, 4_000, 8_019}) {
            byte[] whole = new byte[payload.length];
            List<byte[]> fragments = cut(packet, largest);
            for (int i = 0; i < fragments.size(); i++) {
                byte[] each = fragments.get(i);
                MemorySegment segment = MemorySegment.ofArray(each);
                assertTrue(each.length <= largest);
                assertEquals(each.length, Ipv4.totalLength(segment, 0));
                assertTrue(Checksum.isValid(Checksum.sum(segment, 0, 20)));
                assertEquals(i < fragments.size() - 1, Ipv4.isMoreFragments(segment, 0));
                System.arraycopy(each, 20, whole, Ipv4.fragmentOffset(segment, 0), each.length - 20);
            }
            assertArrayEquals(payload, whole);
        }
    }

    @Test
    void fragmentsOfAFragmentKeepItsPlace() {
        byte[] packet = Packets.ipv4("10.0.0.10", "10.0.0.20", payload);
        byte[] middle = cut(packet, 4_020).getFirst();
        byte[] whole = new byte[4_000];
        for (byte[] each : cut(middle, 1_300)) {
            MemorySegment segment = MemorySegment.ofArray(each);
            assertTrue(Ipv4.isMoreFragments(segment, 0));
            System.arraycopy(each, 20, whole, Ipv4.fragmentOffset(segment, 0), each.length - 20);
        }
        assertArrayEquals(Arrays.copyOf(payload, 4_000), whole);
    }

    @Test
    void fragmentsOfIpv6AreThePacketAgain() {
        byte[] packet = Packets.ipv6("fd00::10", "fd00::20", 17, Arrays.copyOf(payload, 1_240));
        List<byte[]> fragments = cut(packet, 1_200);
        assertEquals(2, fragments.size());
        byte[] whole = new byte[1_240];
        for (int i = 0; i < 2; i++) {
            byte[] each = fragments.get(i);
            MemorySegment segment = MemorySegment.ofArray(each);
            assertEquals(44, each[6]);
            assertEquals(17, Ipv6Fragment.nextHeader(segment, 40));
            assertEquals(i == 0, Ipv6Fragment.hasMore(segment, 40));
            assertEquals(7, Ipv6Fragment.identification(segment, 40));
            assertArrayEquals(Arrays.copyOfRange(packet, 8, 40), Arrays.copyOfRange(each, 8, 40));
            System.arraycopy(each, 48, whole, Ipv6Fragment.offset(segment, 40), each.length - 48);
        }
        assertArrayEquals(Arrays.copyOf(payload, 1_240), whole);
        // A narrower path cuts a fragment once more.
        byte[] again = new byte[1_240];
        for (byte[] fragment : fragments) {
            for (byte[] each : cut(fragment, 600)) {
                MemorySegment segment = MemorySegment.ofArray(each);
                int at = each[6] == 44 ? 48 : 40;
                System.arraycopy(each, at, again, Ipv6Fragment.offset(segment, 40), each.length - at);
            }
        }
        assertArrayEquals(whole, again);
    }

    @Test
    void aPacketThatFitsStaysAsItIs() {
        byte[] packet = Packets.ipv4("10.0.0.10", "10.0.0.20", payload);
        assertArrayEquals(packet, cut(packet, packet.length).getFirst());
    }

    @Test
    void endlessExtensionHeadersAreNotCut() {
        byte[] packet = Packets.ipv6("fd00::10", "fd00::20", 0, new byte[1_240]);
        packet[41] = (byte) 0xFF;
        assertEquals(0, cut(packet, 1_200).size());
        for (int i = 40; i < packet.length; i += 8) {
            packet[i + 1] = 0;
        }
        assertEquals(0, cut(packet, 1_200).size());
    }

    private static List<byte[]> cut(byte[] packet, int largest) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(PACKET_AT + packet.length);
            MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, PACKET_AT, packet.length);
            Fragmenter fragmenter = new Fragmenter(arena, 7);
            int count = fragmenter.begin(buffer, PACKET_AT, packet.length, largest);
            List<byte[]> fragments = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                fragmenter.next();
                assertTrue(i == count - 1 || fragmenter.segmentLength() == fragmenter.segmentBytes());
                assertTrue(fragmenter.segmentLength() <= fragmenter.segmentBytes());
                fragments.add(buffer.asSlice(fragmenter.segmentAt(), fragmenter.segmentLength())
                        .toArray(ValueLayout.JAVA_BYTE));
            }
            return fragments;
        }
    }
}
