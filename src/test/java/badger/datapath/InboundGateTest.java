package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.linux.VirtioNetHeader;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.testing.Packets;
import badger.tun.GatherList;
import badger.tun.TunOffloads;
import badger.tun.TunWriter;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an authenticated peer may put into this host (paper row P66). */
final class InboundGateTest {
    private static final String PEER = "10.0.0.20";
    private static final String OWN = "10.0.0.10";
    private static final String PEER6 = "fd00::20";
    private static final String OWN6 = "fd00::10";
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
        public int write(GatherList pieces) {
            throw new AssertionError("one packet needs no pieces");
        }
    };
    private final Peer peer = new Peer(address(PEER), new Candidates(Endpoint.ofIpv4(1, 1), null), 256);
    private final NodeAddresses own = new NodeAddresses(
            new Ipv4Prefix(address(OWN), 16),
            List.of(new Ipv6Prefix(address6(OWN6), 64), new Ipv6Prefix(address6("fd01::10"), 64)));
    private final InboundGate gate = new InboundGate(
            List.of(tun),
            TunOffloads.NONE,
            new InboundGate.Addresses(peer, own),
            counters,
            counters.traffic().open(),
            Arena.ofAuto());

    @BeforeEach
    void givePeerItsIpv6Addresses() {
        peer.updateVirtualIpv6(Ipv6Addresses.of(List.of(address6(PEER6), address6("fd01::20"))));
    }

    @AfterEach
    void freePeer() {
        peer.free();
    }

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
    void writesIpv6PacketsFromAnyAddressOfThePeerToAnyOfThisHost() {
        for (byte[] packet : List.of(
                Packets.ipv6(PEER6, OWN6, "good"),
                Packets.ipv6("fd01::20", OWN6, "good"),
                Packets.ipv6(PEER6, "fd01::10", "good"))) {
            deliver(Arrays.copyOf(packet, packet.length + 7));
            assertArrayEquals(packet, written.getLast());
        }
        assertEquals(3, written.size());
    }

    @Test
    void refusesEveryIpv6SourceButThePeers() {
        for (String source : List.of("fd00::30", OWN6, "fe80::20", "::", "::1", "ff02::1", "::ffff:10.0.0.20")) {
            deliver(Packets.ipv6(source, OWN6, "spoofed"));
        }
        assertRefused(7, DropReason.INBOUND_SPOOFED_SOURCE);
    }

    @Test
    void refusesEveryIpv6DestinationButThisHost() {
        for (String destination : List.of("fd00::30", PEER6, "ff02::1", "fe80::10", "::1", "2001:db8::1")) {
            deliver(Packets.ipv6(PEER6, destination, "forward me"));
        }
        assertRefused(6, DropReason.INBOUND_FOREIGN_DESTINATION);
    }

    @Test
    void refusesWhatIsNoWholeIpv6Packet() {
        byte[] packet = Packets.ipv6(PEER6, OWN6, "good");
        for (int length = 0; length < packet.length; length++) {
            deliver(Arrays.copyOf(packet, length));
        }
        assertRefused(packet.length, DropReason.INBOUND_MALFORMED_PACKET);
    }

    @Test
    void followsThePeersIpv6AddressesAsTheyChange() {
        peer.updateVirtualIpv6(Ipv6Addresses.of(List.of(address6("fd00::21"))));
        deliver(Packets.ipv6(PEER6, OWN6, "from before"));
        assertRefused(1, DropReason.INBOUND_SPOOFED_SOURCE);
        byte[] packet = Packets.ipv6("fd00::21", OWN6, "from now on");
        deliver(packet);
        assertArrayEquals(packet, written.getFirst());
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
        // The bytes that the record left before the packet must not reach the kernel as a header.
        byte[] buffer = new byte[VirtioNetHeader.BYTES + packet.length];
        Arrays.fill(buffer, (byte) 0x17);
        System.arraycopy(packet, 0, buffer, VirtioNetHeader.BYTES, packet.length);
        gate.deliver(MemorySegment.ofArray(buffer), VirtioNetHeader.BYTES, packet.length, false, Integer.MAX_VALUE);
        gate.flush();
    }

    private void assertRefused(long count, DropReason reason) {
        assertTrue(written.isEmpty());
        assertEquals(count, counters.dropped(reason));
        assertEquals(1, counters.nonZero().size());
    }

    private static Ipv6Address address6(String text) {
        return Ipv6Address.parse(text).orElseThrow();
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }
}
