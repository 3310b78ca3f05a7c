package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.linux.VirtioNetHeader;
import badger.testing.FakeTun;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.NeedsTheMachine;
import badger.testing.Packets;
import badger.tun.TunOffloads;
import badger.wire.Checksum;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import badger.wire.Tcp;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** IPv6 between whole nodes in one process: told by a whole IEX server, carried over an IPv4 internet in memory. */
@Tag("mesh")
@NeedsTheMachine
final class Ipv6MeshTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final String A6 = "fd00::10";
    private static final String B6 = "fd00::20";
    private static final String SECOND_B6 = "fd12:3456:789a::20";
    private static final int MTU = 1_400;
    private static final int MSS = MTU - 60;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    private final Mesh mesh = new Mesh();

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void carriesPacketsBetweenAllAddressesBothWaysBesideIpv4() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, TunOffloads.NONE, A6, "fd12:3456:789a::10");
        MeshNode b = start("198.51.100.2", B, TunOffloads.NONE, B6, SECOND_B6);
        Mesh.awaitConnected(a, b);
        for (byte[] packet : List.of(
                Packets.ipv6(A6, B6, "there"),
                Packets.ipv6(A6, SECOND_B6, "to the second"),
                Packets.ipv6("fd12:3456:789a::10", SECOND_B6, "from the second"),
                Packets.ipv6(A6, B6, ICMPV6, echoRequest(A6, B6)),
                Packets.ipv6(A6, B6, UDP, datagram(A6, B6, 1_200)),
                Packets.ipv6(A6, B6, 44, new byte[1_360]),
                Packets.ipv4(A, B, "as before"))) {
            a.tun().send(packet);
            assertArrayEquals(packet, b.tun().take(5_000));
        }
        byte[] back = Packets.ipv6(B6, A6, "and back");
        b.tun().send(back);
        assertArrayEquals(back, a.tun().take(5_000));
        assertTrue(b.node().counters().nonZero().keySet().stream().noneMatch(Ipv6MeshTest::isOfPackets));
    }

    @Test
    void superPacketGoesInAsOneWhereTheDeviceTakesIt() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, TunOffloads.ALL, A6);
        MeshNode b = start("198.51.100.2", B, TunOffloads.ALL, B6);
        Mesh.awaitConnected(a, b);
        byte[] sent = Packets.tcpIpv6SuperPacket(A6, B6, 20 * MSS + 7);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        a.tun().send(superPacketHeader(), sent);
        int frames = 0;
        while (payload.size() < sent.length - 60) {
            FakeTun.Frame frame = b.tun().takeFrame(5_000);
            assertNotNull(frame, "only " + payload.size() + " bytes of payload came");
            frames++;
            payload.writeBytes(Arrays.copyOfRange(frame.packet(), 60, frame.packet().length));
            if (frame.packet().length > MTU) {
                assertEquals(
                        VirtioNetHeader.GSO_TCPV6, VirtioNetHeader.gsoType(MemorySegment.ofArray(frame.header()), 0));
            }
        }
        assertArrayEquals(Arrays.copyOfRange(sent, 60, sent.length), payload.toByteArray());
        // How many receives it takes is the network's affair; one for each segment would be no merging at all.
        assertTrue(frames <= 21, frames + " frames");
        assertTrue(b.node().counters().nonZero().keySet().stream().noneMatch(Ipv6MeshTest::isOfPackets));
    }

    @Test
    void superPacketIsCutIntoFinishedPacketsForADeviceWithoutOffloads() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, TunOffloads.ALL, A6);
        MeshNode b = start("198.51.100.2", B, TunOffloads.NONE, B6);
        Mesh.awaitConnected(a, b);
        byte[] sent = Packets.tcpIpv6SuperPacket(A6, B6, 5 * MSS);
        a.tun().send(superPacketHeader(), sent);
        for (int i = 0; i < 5; i++) {
            byte[] packet = b.tun().take(5_000);
            assertNotNull(packet, "segment " + i);
            MemorySegment segment = MemorySegment.ofArray(packet);
            assertTrue(Ipv6.isComplete(segment, 0, packet.length) && packet.length == MTU);
            assertTrue(Checksum.isValid(Checksum.ipv6PseudoHeader(segment, 0, TCP, packet.length - Ipv6.HEADER_BYTES)
                    + Checksum.sum(segment, Ipv6.HEADER_BYTES, packet.length - Ipv6.HEADER_BYTES)));
            assertArrayEquals(
                    Arrays.copyOfRange(sent, 60 + i * MSS, 60 + (i + 1) * MSS),
                    Arrays.copyOfRange(packet, 60, packet.length));
        }
    }

    @Test
    void refusesAnInnerSourceThatIsNotThePeers() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, TunOffloads.NONE, A6);
        MeshNode b = start("198.51.100.2", B, TunOffloads.NONE, B6);
        Mesh.awaitConnected(a, b);
        a.tun().send(Packets.ipv6("fd00::99", B6, "spoofed"));
        a.tun().send(Packets.ipv6("fe80::10", B6, "spoofed"));
        byte[] honest = Packets.ipv6(A6, B6, "honest");
        a.tun().send(honest);
        assertArrayEquals(honest, b.tun().take(5_000));
        assertSpoofed(2, b);
    }

    @Test
    void countsWhatGoesNowhere() {
        MeshNode a = start("198.51.100.1", A, TunOffloads.NONE, A6);
        a.tun().send(Packets.ipv6(A6, "fd00::77", "nobody"));
        a.tun().send(Packets.ipv6("::", "ff02::2", "many"));
        a.tun().send(Packets.ipv6(A6, A6, "self"));
        a.tun().send(Packets.ipv6("fe80::1", "fe80::2", "the link"));
        a.tun().send(new byte[] {0x50, 0, 0, 0});
        a.tun().send(Arrays.copyOf(Packets.ipv6(A6, "fd00::77", "nobody"), 45));
        for (DropReason reason : List.of(
                DropReason.OUTBOUND_NO_PEER,
                DropReason.OUTBOUND_MULTICAST,
                DropReason.OUTBOUND_OWN_ADDRESS,
                DropReason.OUTBOUND_LINK_LOCAL,
                DropReason.OUTBOUND_NOT_IPV4,
                DropReason.OUTBOUND_MALFORMED)) {
            assertTrue(MeshNode.await(SOON, () -> a.node().counters().dropped(reason) == 1), reason.name());
        }
    }

    @Test
    void aNodeWithoutIpv6IsReachedByIpv4AndByNothingElse() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, TunOffloads.NONE, A6);
        MeshNode b = start("198.51.100.2", B, TunOffloads.NONE);
        Mesh.awaitConnected(a, b);
        a.tun().send(Packets.ipv6(A6, B6, "nobody has this"));
        b.tun().send(Packets.ipv6("fe80::1", "ff02::2", "router solicitation"));
        byte[] packet = Packets.ipv4(A, B, "reached");
        a.tun().send(packet);
        assertArrayEquals(packet, b.tun().take(5_000));
        assertEquals(1, a.node().counters().dropped(DropReason.OUTBOUND_NO_PEER));
        assertTrue(MeshNode.await(SOON, () -> b.node().counters().dropped(DropReason.OUTBOUND_NOT_IPV4) == 1));
    }

    @Test
    void secondHolderOfAnIpv6AddressDoesNotJoin() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, TunOffloads.NONE, A6);
        MeshNode b = start("198.51.100.2", B, TunOffloads.NONE, B6);
        Mesh.awaitConnected(a, b);
        MeshNode late = start("198.51.100.3", "10.0.0.30", TunOffloads.NONE, B6);
        assertTrue(MeshNode.await(SOON, () -> mesh.iex().counters().dropped(DropReason.HEARTBEAT_CONFLICT) >= 2));
        assertEquals(2, mesh.iex().nodes());
        byte[] packet = Packets.ipv6(A6, B6, "for the first holder");
        a.tun().send(packet);
        assertArrayEquals(packet, b.tun().take(5_000));
        assertNull(late.tun().take(100));
        b.close();
        // The address is free once its holder is silent.
        assertTrue(MeshNode.await(Duration.ofSeconds(20), () -> a.isConnectedTo("10.0.0.30")), "never joined");
        byte[] next = Packets.ipv6(A6, B6, "for the second holder");
        a.tun().send(next);
        assertArrayEquals(next, late.tun().take(5_000));
    }

    @Test
    void followsAPeerThatComesBackWithOtherAddresses() throws InterruptedException {
        MeshNode a = start("198.51.100.1", A, TunOffloads.NONE, A6);
        MeshNode b = start("198.51.100.2", B, TunOffloads.NONE, B6);
        Mesh.awaitConnected(a, b);
        b.close();
        MeshNode again = start("198.51.100.2", B, TunOffloads.NONE, "fd00::21");
        Mesh.awaitConnected(a, again);
        Ipv6Address now = address("fd00::21");
        assertTrue(MeshNode.await(SOON, () -> a.node().peers().table().byVirtualIpv6(now.high(), now.low()) != null));
        byte[] packet = Packets.ipv6(A6, "fd00::21", "to the new address");
        a.tun().send(packet);
        assertArrayEquals(packet, again.tun().take(5_000));
        again.tun().send(Packets.ipv6(B6, A6, "from the old address"));
        byte[] honest = Packets.ipv6("fd00::21", A6, "from the new address");
        again.tun().send(honest);
        assertArrayEquals(honest, a.tun().take(5_000));
        assertSpoofed(1, a);
    }

    /** Such a packet may have been kept for the session, and come after later ones. */
    private static void assertSpoofed(int packets, MeshNode node) {
        assertTrue(MeshNode.await(
                SOON, () -> node.node().counters().dropped(DropReason.INBOUND_SPOOFED_SOURCE) == packets));
    }

    private MeshNode start(String host, String virtualIp, TunOffloads offloads, String... ipv6) {
        List<Ipv6Prefix> prefixes = Arrays.stream(ipv6)
                .map(text -> new Ipv6Prefix(address(text), 64))
                .toList();
        Ipv4Prefix ipv4 = new Ipv4Prefix(Ipv4Prefix.parseAddress(virtualIp).orElseThrow(), 16);
        return mesh.add(MeshNode.start(
                mesh.internet().host(host),
                mesh.iexEndpoint(),
                MeshNode.settings(new NodeAddresses(ipv4, prefixes), Mesh.KEY),
                new FakeTun(MTU, offloads)));
    }

    private static boolean isOfPackets(DropReason reason) {
        return reason.name().startsWith("OUTBOUND")
                || reason == DropReason.INBOUND_MALFORMED_PACKET
                || reason == DropReason.INBOUND_SPOOFED_SOURCE
                || reason == DropReason.INBOUND_FOREIGN_DESTINATION
                || reason == DropReason.INBOUND_TUN_REFUSED;
    }

    private static byte[] superPacketHeader() {
        byte[] header = new byte[VirtioNetHeader.BYTES];
        VirtioNetHeader.put(
                MemorySegment.ofArray(header),
                0,
                VirtioNetHeader.NEEDS_CSUM,
                VirtioNetHeader.GSO_TCPV6,
                60,
                MSS,
                40,
                Tcp.CHECKSUM_OFFSET);
        return header;
    }

    private static byte[] echoRequest(String from, String to) {
        ByteBuffer message = ByteBuffer.allocate(64);
        message.put((byte) 128).put((byte) 0).putShort((short) 0).putInt(0x0001_0001);
        return withChecksum(from, to, ICMPV6, message.array(), 2);
    }

    private static byte[] datagram(String from, String to, int bytes) {
        ByteBuffer datagram = ByteBuffer.allocate(bytes);
        datagram.putShort((short) 4_000).putShort((short) 5_000).putShort((short) bytes);
        return withChecksum(from, to, UDP, datagram.array(), 6);
    }

    private static byte[] withChecksum(String from, String to, int protocol, byte[] payload, int checksumAt) {
        MemorySegment packet = MemorySegment.ofArray(Packets.ipv6(from, to, protocol, payload));
        long sum = Checksum.ipv6PseudoHeader(packet, 0, protocol, payload.length)
                + Checksum.sum(packet, Ipv6.HEADER_BYTES, payload.length);
        ByteBuffer.wrap(payload).putShort(checksumAt, (short) ~Checksum.fold(sum));
        return payload;
    }

    private static Ipv6Address address(String text) {
        return Ipv6Address.parse(text).orElseThrow();
    }
}
