package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.counter.Traffic;
import badger.linux.VirtioNetHeader;
import badger.peer.PeerEvent;
import badger.testing.FakeTun;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import badger.tun.TunOffloads;
import badger.wire.Checksum;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole nodes over an internet in memory that swallows datagrams beyond a size and says nothing. */
@Tag("mesh")
final class PathMtuTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final String A6 = "fd00::10";
    private static final String B6 = "fd00::20";
    private static final int OUTER_HEADERS = 28;
    private static final int RECORD_OVERHEAD = 42;

    private final Mesh mesh = new Mesh();
    private MeshNode a;
    private MeshNode b;

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void packetsPassAndSendersAreToldWhereThePathIsNarrowFromTheStart() throws InterruptedException {
        for (int width : new int[] {1_280, 1_300}) {
            swallowBeyond(width);
            connect(1_400);
            int mtu = awaitSettled();
            int best = width - OUTER_HEADERS - RECORD_OVERHEAD;
            assertTrue(mtu <= best && mtu > best - 16, mtu + " of " + best);
            assertTrue(a.peer(B).events().list().stream()
                    .anyMatch(event ->
                            event.kind() == PeerEvent.Kind.MTU && event.detail().equals("" + mtu)));

            byte[] fits = Packets.ipv4(A, B, new byte[mtu - 20]);
            a.tun().send(fits);
            assertArrayEquals(fits, b.tun().take(5_000));

            byte[] tooLarge = dontFragment(Packets.ipv4(A, B, new byte[1_380]));
            a.tun().send(tooLarge);
            byte[] answer = a.tun().take(5_000);
            assertNotNull(answer, "no ICMP");
            assertEquals(1, answer[9]);
            assertEquals(3 << 8 | 4, ByteBuffer.wrap(answer).getShort(20));
            assertEquals(mtu, ByteBuffer.wrap(answer).getShort(26));
            assertArrayEquals(Arrays.copyOf(tooLarge, 548), Arrays.copyOfRange(answer, 28, answer.length));
            Counters counted = a.node().counters();
            // They are counted after the answer is there.
            assertTrue(MeshNode.await(
                    SOON,
                    () -> counted.dropped(DropReason.OUTBOUND_TOO_LARGE) == 1
                            && counted.traffic().sums().of(Traffic.TOO_BIG_ANSWERS) == 1));
            a.close();
            b.close();
        }
    }

    @Test
    void whatMayBeFragmentedArrivesInFragments() throws InterruptedException {
        swallowBeyond(1_280);
        connect(1_400);
        awaitSettled();
        byte[] payload = new byte[1_380];
        Arrays.fill(payload, 700, 1_380, (byte) 7);
        a.tun().send(Packets.ipv4(A, B, payload));
        byte[] first = b.tun().take(5_000);
        byte[] second = b.tun().take(5_000);
        byte[] whole = Arrays.copyOf(Arrays.copyOfRange(first, 20, first.length), payload.length);
        System.arraycopy(second, 20, whole, first.length - 20, second.length - 20);
        assertArrayEquals(payload, whole);
        // IPv6's least may be sent by anyone, so that nobody is told of less.
        a.tun().send(Packets.ipv6(A6, B6, 253, new byte[1_240]));
        assertEquals(44, b.tun().take(5_000)[6]);
        assertEquals(44, b.tun().take(5_000)[6]);
        a.tun().send(Packets.ipv6(A6, B6, 253, new byte[1_300]));
        byte[] answer = a.tun().take(5_000);
        assertEquals(2, answer[40]);
        assertEquals(1_280, ByteBuffer.wrap(answer).getInt(44));
    }

    @Test
    void tcpSuperPacketsAreCutSmaller() throws InterruptedException {
        swallowBeyond(1_300);
        connect(1_400);
        int mtu = awaitSettled();
        byte[] packet = Packets.tcpIpv6SuperPacket(A6, B6, 20_000);
        byte[] header = new byte[VirtioNetHeader.BYTES];
        VirtioNetHeader.put(
                MemorySegment.ofArray(header),
                0,
                VirtioNetHeader.NEEDS_CSUM,
                VirtioNetHeader.GSO_TCPV6,
                60,
                1_340,
                40,
                16);
        a.tun().send(header, packet);
        FakeTun.Frame arrived = b.tun().takeFrame(5_000);
        assertArrayEquals(
                Arrays.copyOfRange(packet, 60, packet.length),
                Arrays.copyOfRange(arrived.packet(), 60, arrived.packet().length));
        assertEquals(mtu - 60, VirtioNetHeader.gsoSize(MemorySegment.ofArray(arrived.header()), 0));
    }

    @Test
    void newTcpConnectionsAreHeldToThePathBothWays() throws InterruptedException {
        swallowBeyond(1_300);
        connect(1_400);
        int mtu = awaitSettled();
        byte[] syn = Packets.tcpSuperPacket(A, B, 4);
        syn[32] = 0x60;
        syn[33] = 2;
        ByteBuffer.wrap(syn).putInt(40, 0x0204_0550).putShort(36, (short) 0);
        MemorySegment segment = MemorySegment.ofArray(syn);
        long sum = Checksum.ipv4PseudoHeader(segment, 0, 6, 24) + Checksum.sum(segment, 20, 24);
        ByteBuffer.wrap(syn).putShort(36, (short) Checksum.finish(sum));
        a.tun().send(syn);
        byte[] arrived = b.tun().take(5_000);
        assertTrue(ByteBuffer.wrap(arrived).getShort(42) <= mtu - 40);
        assertTrue(ByteBuffer.wrap(arrived).getShort(42) > mtu - 40 - 16);
    }

    @Test
    void aBlackHoleThatAppearsIsNoticedWhileLargePacketsAreSent() throws InterruptedException {
        connect(8_900);
        assertEquals(8_900, awaitSettled());
        byte[] large = dontFragment(Packets.ipv4(A, B, new byte[8_880]));
        a.tun().send(large);
        assertArrayEquals(large, b.tun().take(5_000));
        swallowBeyond(1_300);
        long start = System.nanoTime();
        boolean isNoticed = MeshNode.await(SOON, () -> {
            a.tun().send(large);
            return a.peer(B).session().path().largestPacket() < 1_400;
        });
        System.out.println("noticed after " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertTrue(isNoticed, "the black hole was not noticed");
        int best = 1_300 - OUTER_HEADERS - RECORD_OVERHEAD;
        int mtu = awaitSettled();
        assertTrue(mtu <= best && mtu > best - 16, mtu + " of " + best);
    }

    private int awaitSettled() {
        assertTrue(
                MeshNode.await(SOON, () -> isSettled(a, B) && isSettled(b, A)), "the search does not come to an end");
        return a.peer(B).session().path().largestPacket();
    }

    private static boolean isSettled(MeshNode node, String peer) {
        return node.peer(peer).session().path().isMtuSettled();
    }

    private void connect(int mtu) {
        a = start("198.51.100.1", A, A6, mtu);
        b = start("198.51.100.2", B, B6, mtu);
        Mesh.awaitConnected(a, b);
    }

    private MeshNode start(String host, String ipv4, String ipv6, int mtu) {
        NodeAddresses addresses = new NodeAddresses(
                new Ipv4Prefix(Ipv4Prefix.parseAddress(ipv4).orElseThrow(), 16),
                List.of(new Ipv6Prefix(Ipv6Address.parse(ipv6).orElseThrow(), 64)));
        return mesh.add(MeshNode.start(
                mesh.internet().host(host),
                mesh.iexEndpoint(),
                MeshNode.settings(addresses, Mesh.KEY),
                new FakeTun(mtu, TunOffloads.ALL)));
    }

    /** The widths are those of IPv4 datagrams. */
    private void swallowBeyond(int width) {
        mesh.internet().setLoss((from, to, datagram) -> datagram.length + OUTER_HEADERS > width);
    }

    private static byte[] dontFragment(byte[] packet) {
        packet[6] = 0x40;
        MemorySegment segment = MemorySegment.ofArray(packet);
        ByteBuffer.wrap(packet).putShort(10, (short) 0);
        ByteBuffer.wrap(packet).putShort(10, (short) Checksum.of(segment, 0, 20));
        return packet;
    }
}
