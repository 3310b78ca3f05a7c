package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.linux.VirtioNetHeader;
import badger.testing.Packets;
import badger.tun.Pieces;
import badger.tun.TunOffloads;
import badger.tun.TunWriter;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an authenticated peer may put into this host (paper row P66). */
final class TunInletTest {
    private static final String PEER = "10.0.0.20";
    private static final String OWN = "10.0.0.10";
    private static final int EIO = 5;

    private final Counters counters = new Counters();
    private final List<byte[]> written = new ArrayList<>();
    private boolean isDown;

    private final TunWriter tun = new TunWriter() {
        @Override
        public int write(MemorySegment buffer, long at, int length) {
            if (isDown) {
                return -EIO;
            }
            assertTrue(VirtioNetHeader.isPlain(buffer, at));
            written.add(buffer.asSlice(at + VirtioNetHeader.BYTES, length).toArray(ValueLayout.JAVA_BYTE));
            return length;
        }

        @Override
        public int write(Pieces pieces) {
            throw new AssertionError("one packet needs no pieces");
        }
    };
    private final TunInlet inlet = new TunInlet(
            List.of(tun),
            TunOffloads.NONE,
            new TunInlet.Addresses(address(PEER), address(OWN)),
            counters,
            Arena.ofAuto());

    @Test
    void writesAPacketOfThePeerForThisHost() {
        byte[] packet = Packets.ipv4(PEER, OWN, "good");
        deliver(packet);
        assertArrayEquals(packet, written.getFirst());
    }

    @Test
    void cutsWhatLiesBehindThePacket() {
        byte[] packet = Packets.ipv4(PEER, OWN, "good");
        deliver(Arrays.copyOf(packet, packet.length + 7));
        assertArrayEquals(packet, written.getFirst());
    }

    @Test
    void refusesEverySourceButThePeers() {
        deliver(Packets.ipv4("10.0.0.30", OWN, "spoofed"));
        deliver(Packets.ipv4(OWN, OWN, "reflected"));
        assertRefused(2, DropReason.INBOUND_SPOOFED_SOURCE);
    }

    @Test
    void refusesEveryDestinationButThisHost() {
        deliver(Packets.ipv4(PEER, "10.0.0.30", "forward me"));
        deliver(Packets.ipv4(PEER, "192.168.10.1", "let me in"));
        deliver(Packets.ipv4(PEER, "255.255.255.255", "everybody"));
        assertRefused(3, DropReason.INBOUND_FOREIGN_DESTINATION);
    }

    @Test
    void refusesWhatIsNoWholeIpv4Packet() {
        byte[] packet = Packets.ipv4(PEER, OWN, "good");
        for (int length = 0; length < packet.length; length++) {
            deliver(Arrays.copyOf(packet, length));
        }
        packet[0] = 0x65;
        deliver(packet);
        assertRefused(packet.length + 1L, DropReason.INBOUND_MALFORMED_PACKET);
    }

    @Test
    void countsWhatTheDeviceRefusesAndGoesOn() {
        isDown = true;
        deliver(Packets.ipv4(PEER, OWN, "too early"));
        assertRefused(1, DropReason.INBOUND_TUN_REFUSED);
        isDown = false;
        deliver(Packets.ipv4(PEER, OWN, "now"));
        assertEquals(1, written.size());
    }

    private void deliver(byte[] packet) {
        // What the record left before the packet must not reach the kernel as a header.
        byte[] buffer = new byte[VirtioNetHeader.BYTES + packet.length];
        Arrays.fill(buffer, (byte) 0x17);
        System.arraycopy(packet, 0, buffer, VirtioNetHeader.BYTES, packet.length);
        inlet.deliver(MemorySegment.ofArray(buffer), VirtioNetHeader.BYTES, packet.length, false);
        inlet.flush();
    }

    private void assertRefused(long count, DropReason reason) {
        assertTrue(written.isEmpty());
        assertEquals(count, counters.dropped(reason));
        assertEquals(1, counters.nonZero().size());
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }
}
