package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Ratio;
import badger.counter.Traffic;
import badger.counter.TrafficSums;
import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.linux.VirtioNetHeader;
import badger.node.NodeReport;
import badger.status.NodeStatus;
import badger.testing.FakeInternet;
import badger.testing.FakeTun;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.testing.OwnsTheJvm;
import badger.testing.Packets;
import badger.tun.TunOffloads;
import badger.wire.Ipv4Prefix;
import badger.wire.Tcp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two whole nodes count exactly what passes between them, and report it. */
@Tag("mesh")
@OwnsTheJvm
final class NodeTrafficTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofMillis(600);
    private static final String KEY = "a key of the mesh that is long enough";
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final int MSS = 1_360;
    private static final int HEADERS = 40;
    private static final int RECORD_OVERHEAD = 42;

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private IexServer iex;
    private MeshNode a;
    private MeshNode b;

    @BeforeEach
    void connect() {
        iex = IexServer.start(iexHost, IexSettings.DEFAULTS);
        a = start("198.51.100.1", A);
        b = start("198.51.100.2", B);
        assertTrue(MeshNode.await(SOON, () -> a.isConnectedTo(B) && b.isConnectedTo(A)), "not connected");
        // No more maps and heartbeats, which would come in between.
        internet.setLoss((from, to, datagram) -> datagram[0] == '{');
        awaitQuiet();
    }

    /** A node whose TUN has all offloads, and so super-packets. */
    private MeshNode start(String host, String virtualIp) {
        return MeshNode.start(
                internet.host(host),
                iexHost.endpoint(iex.port()),
                MeshNode.settings(virtualIp, KEY),
                new FakeTun(MSS + HEADERS, TunOffloads.ALL));
    }

    @AfterEach
    void closeEverything() {
        a.close();
        b.close();
        iex.close();
        internet.close();
    }

    @Test
    void aSuperPacketIsOneReadOneSendOneReceiveAndOneWrite() throws InterruptedException {
        int segments = 40;
        TrafficSums aEarlier = sums(a);
        TrafficSums bEarlier = sums(b);
        byte[] packet = sendSuperPacket(segments);
        FakeTun.Frame arrived = b.tun().takeFrame(5_000);
        assertNotNull(arrived, "nothing arrived");
        assertEquals(packet.length, arrived.packet().length);
        awaitRecords(segments, aEarlier, bEarlier);

        assertSent(
                Map.of(
                        Traffic.TUN_READS,
                        1L,
                        Traffic.TUN_READ_BYTES,
                        (long) packet.length,
                        Traffic.TUN_READ_SUPER_PACKETS,
                        1L,
                        Traffic.RECORDS_SEALED,
                        (long) segments,
                        Traffic.SENDS,
                        1L,
                        Traffic.DATAGRAMS_SENT,
                        (long) segments,
                        Traffic.TUN_READER_WAKE_UPS,
                        1L),
                sums(a).since(aEarlier));
        assertReceived(
                Map.of(
                        Traffic.RECEIVES,
                        1L,
                        Traffic.DATAGRAMS_RECEIVED,
                        (long) segments,
                        Traffic.RECORDS_OPENED,
                        (long) segments,
                        Traffic.TUN_WRITES,
                        1L,
                        Traffic.TUN_WRITTEN_SEGMENTS,
                        (long) segments,
                        Traffic.TUN_WRITTEN_BYTES,
                        (long) packet.length,
                        Traffic.TUN_WRITTEN_SUPER_PACKETS,
                        1L),
                sums(b).since(bEarlier));
        assertEquals(
                40.0, Ratio.SEGMENTS_PER_TUN_WRITE.of(sums(b).since(bEarlier)).orElseThrow());
    }

    @Test
    void aPacketIsOneOfEach() throws InterruptedException {
        TrafficSums aEarlier = sums(a);
        TrafficSums bEarlier = sums(b);
        byte[] packet = Packets.ipv4(A, B, "a packet");
        a.tun().send(packet);
        assertArrayEquals(packet, b.tun().take(5_000));
        awaitRecords(1, aEarlier, bEarlier);

        long bytes = packet.length;
        assertSent(
                Map.of(
                        Traffic.TUN_READS, 1L,
                        Traffic.TUN_READ_BYTES, bytes,
                        Traffic.RECORDS_SEALED, 1L,
                        Traffic.SENDS, 1L,
                        Traffic.DATAGRAMS_SENT, 1L,
                        Traffic.TUN_READER_WAKE_UPS, 1L),
                sums(a).since(aEarlier));
        assertReceived(
                Map.of(
                        Traffic.RECEIVES, 1L,
                        Traffic.DATAGRAMS_RECEIVED, 1L,
                        Traffic.RECORDS_OPENED, 1L,
                        Traffic.TUN_WRITES, 1L,
                        Traffic.TUN_WRITTEN_SEGMENTS, 1L,
                        Traffic.TUN_WRITTEN_BYTES, bytes),
                sums(b).since(bEarlier));
    }

    @Test
    void theReportNamesEachPeerAndItsTraffic() throws InterruptedException {
        NodeReport report = new NodeReport(
                a.node(), new Ipv4Prefix(Ipv4Prefix.parseAddress(A).orElseThrow(), 16), "badger7");
        NodeStatus.PeerStatus earlier = report.get().peers().getFirst();
        a.tun().send(Packets.ipv4(A, B, "there"));
        assertNotNull(b.tun().take(5_000));
        b.tun().send(Packets.ipv4(B, A, "and back"));
        assertNotNull(a.tun().take(5_000));
        a.tun().send(Packets.ipv4(A, "10.0.7.7", "nobody"));
        assertTrue(
                MeshNode.await(SOON, () -> report.get().drops().containsKey("outbound_no_peer")),
                "nothing was dropped");
        // A packet is counted just after it has gone to the TUN.
        assertTrue(
                MeshNode.await(SOON, () -> report.get().peers().getFirst().openedBytes() >= earlier.openedBytes() + 28),
                "not counted");

        NodeStatus status = report.get();
        assertEquals("10.0.0.10/16", status.virtualIp());
        assertEquals("badger7", status.device());
        assertEquals(ProcessHandle.current().pid(), status.process());
        assertEquals(1, status.drops().get("outbound_no_peer"));
        assertEquals(1, status.peers().size());
        NodeStatus.PeerStatus peer = status.peers().getFirst();
        assertEquals(B, peer.virtualIp());
        assertEquals("198.51.100.2:" + b.node().port(), peer.endpoint());
        // And what the nodes have to say to each other about the path.
        assertTrue(peer.recordsSealed() > earlier.recordsSealed());
        assertTrue(peer.sealedBytes() >= earlier.sealedBytes() + 25);
        assertTrue(peer.recordsOpened() > earlier.recordsOpened());
        assertTrue(peer.openedBytes() >= earlier.openedBytes() + 28);

        b.close();
        assertTrue(MeshNode.await(SOON, () -> !report.get().peers().getFirst().isConnected()), "no farewell");
        assertTrue(report.get().peers().getFirst().recordsSealed() >= peer.recordsSealed());
    }

    /** Waits until so many records have been counted at both ends. */
    private void awaitRecords(int records, TrafficSums aEarlier, TrafficSums bEarlier) {
        assertTrue(
                MeshNode.await(
                        SOON,
                        () -> count(Traffic.RECORDS_SEALED, sums(a).since(aEarlier)) >= records
                                && count(Traffic.SENDS, sums(a).since(aEarlier)) > 0
                                && count(Traffic.TUN_WRITES, sums(b).since(bEarlier)) > 0
                                && count(Traffic.RECORDS_OPENED, sums(b).since(bEarlier)) >= records
                                && count(Traffic.OPENED_BYTES, sums(b).since(bEarlier)) > 0),
                "not counted");
    }

    private static long count(Traffic what, TrafficSums in) {
        return in.asMap().getOrDefault(what, 0L);
    }

    /** What a sender of packets counts, beside what the two nodes have to say to each other about the path. */
    private static void assertSent(Map<Traffic, Long> expected, TrafficSums actual) {
        long further = count(Traffic.RECORDS_SEALED, actual) - expected.get(Traffic.RECORDS_SEALED);
        Map<Traffic, Long> ofPackets = new EnumMap<>(actual.asMap());
        // Each such record is a datagram and a system call of its own.
        for (Traffic each : List.of(Traffic.RECORDS_SEALED, Traffic.SENDS, Traffic.DATAGRAMS_SENT)) {
            ofPackets.merge(each, -further, Long::sum);
        }
        ofPackets.keySet().retainAll(expected.keySet());
        assertEquals(new EnumMap<>(expected), ofPackets);
        assertEquals(
                count(Traffic.SEALED_BYTES, actual) + RECORD_OVERHEAD * count(Traffic.RECORDS_SEALED, actual),
                count(Traffic.BYTES_SENT, actual));
    }

    /** The same of who receives them; a further record may come with those of packets, or by itself. */
    private static void assertReceived(Map<Traffic, Long> expected, TrafficSums actual) {
        long further = count(Traffic.RECORDS_OPENED, actual) - expected.get(Traffic.RECORDS_OPENED);
        Map<Traffic, Long> ofPackets = new EnumMap<>(actual.asMap());
        for (Traffic each : List.of(Traffic.RECORDS_OPENED, Traffic.DATAGRAMS_RECEIVED)) {
            ofPackets.merge(each, -further, Long::sum);
        }
        long receives = count(Traffic.RECEIVES, actual);
        long least = expected.get(Traffic.RECEIVES);
        assertTrue(receives >= least && receives <= least + further, receives + " receives");
        ofPackets.put(Traffic.RECEIVES, least);
        ofPackets.keySet().retainAll(expected.keySet());
        assertEquals(new EnumMap<>(expected), ofPackets);
        assertEquals(
                count(Traffic.OPENED_BYTES, actual) + RECORD_OVERHEAD * count(Traffic.RECORDS_OPENED, actual),
                count(Traffic.BYTES_RECEIVED, actual));
    }

    private byte[] sendSuperPacket(int segments) {
        byte[] packet = Packets.tcpSuperPacket(A, B, segments * MSS);
        byte[] header = new byte[VirtioNetHeader.BYTES];
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment segment = scratch.allocate(VirtioNetHeader.BYTES);
            VirtioNetHeader.put(
                    segment,
                    0,
                    VirtioNetHeader.NEEDS_CSUM,
                    VirtioNetHeader.GSO_TCPV4,
                    HEADERS,
                    MSS,
                    20,
                    Tcp.CHECKSUM_OFFSET);
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, 0, header, 0, header.length);
        }
        a.tun().send(header, packet);
        return packet;
    }

    /** Handshakes may still be saying things after both nodes are connected. */
    private void awaitQuiet() {
        // What the nodes do with packets and records; their threads also wake for their timers.
        Supplier<List<Long>> said = () -> List.of(
                count(Traffic.RECORDS_SEALED, sums(a)),
                count(Traffic.RECORDS_SEALED, sums(b)),
                count(Traffic.RECORDS_OPENED, sums(a)),
                count(Traffic.RECORDS_OPENED, sums(b)));
        AtomicReference<List<Long>> last = new AtomicReference<>(said.get());
        long[] sinceNanos = {System.nanoTime()};
        boolean isQuiet = MeshNode.await(SOON, () -> {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            List<Long> now = said.get();
            if (!now.equals(last.getAndSet(now))) {
                sinceNanos[0] = System.nanoTime();
            }
            return System.nanoTime() - sinceNanos[0] > QUIET.toNanos();
        });
        assertTrue(isQuiet, "the nodes do not come to rest");
    }

    private static TrafficSums sums(MeshNode node) {
        return node.node().counters().traffic().sums();
    }
}
