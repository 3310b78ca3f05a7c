package badger.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.AllocationMeter;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Counting by many threads, each for itself, and reading by others. */
final class TalliesTest {
    private static final int COUNTS = 1_000_000;

    private final Tallies node = new Tallies();

    @Test
    void addsUpTheTalliesOfAllWriters() {
        node.open().add(Traffic.SENDS, 3);
        node.open().add(Traffic.SENDS, 4);
        Tallies peer = new Tallies();
        node.add(peer);
        peer.open().set(Traffic.SENDS, 5);
        assertEquals(12, node.sums().of(Traffic.SENDS));
        assertEquals(5, peer.sums().of(Traffic.SENDS));
        assertEquals(0, node.sums().of(Traffic.RECEIVES));
    }

    @Test
    void countsOfClosedSessionsAndPeersStayInTheSums() {
        Tallies peer = new Tallies();
        node.add(peer);
        Tally session = peer.open();
        session.add(Traffic.RECORDS_SEALED, 7);
        peer.open().add(Traffic.RECORDS_OPENED, 1);
        peer.close(session);
        peer.close(session);
        assertEquals(7, peer.sums().of(Traffic.RECORDS_SEALED));
        node.close(peer);
        node.close(peer);
        assertEquals(7, node.sums().of(Traffic.RECORDS_SEALED));
        assertEquals(1, node.sums().of(Traffic.RECORDS_OPENED));
    }

    @Test
    void noCountIsLostAndNoSumFallsWhileWritersComeAndGo() throws InterruptedException {
        int writers = 3;
        CountDownLatch running = new CountDownLatch(writers);
        for (int i = 0; i < writers; i++) {
            Thread.ofPlatform().daemon().start(() -> {
                Tally tally = node.open();
                for (int count = 0; count < COUNTS; count++) {
                    tally.add(Traffic.TUN_READS, 1);
                    tally.add(Traffic.TUN_READ_BYTES, 1_400);
                }
                node.close(tally);
                running.countDown();
            });
        }
        TrafficSums earlier = node.sums();
        while (running.getCount() > 0) {
            TrafficSums now = node.sums();
            TrafficSums difference = now.since(earlier);
            assertTrue(difference.of(Traffic.TUN_READS) >= 0 && difference.of(Traffic.TUN_READ_BYTES) >= 0);
            earlier = now;
        }
        assertEquals((long) writers * COUNTS, node.sums().of(Traffic.TUN_READS));
        assertEquals(1_400L * writers * COUNTS, node.sums().of(Traffic.TUN_READ_BYTES));
    }

    @Test
    void countingAllocatesNothing() {
        Tally tally = node.open();
        assertEquals(0.0, AllocationMeter.bytesPerIteration(100_000, () -> {
            tally.add(Traffic.SENDS, 1);
            tally.set(Traffic.SENDS_REFUSED, 1);
        }));
        assertTrue(node.sums().of(Traffic.SENDS) >= 200_000);
    }

    @Test
    void ratiosDivideWhatBelongsTogether() {
        TrafficSums sums = TrafficSums.of(Map.of(
                Traffic.TUN_READS, 2L,
                Traffic.TUN_READ_BYTES, 110_000L,
                Traffic.SENDS, 4L,
                Traffic.DATAGRAMS_SENT, 180L,
                Traffic.TUN_READER_WAKE_UPS, 1L,
                Traffic.PEER_WAKE_UPS, 2L,
                Traffic.POLLER_WAKE_UPS, 3L,
                Traffic.MAIN_SOCKET_WAKE_UPS, 4L,
                Traffic.TUN_READ_SUPER_PACKETS, 3L,
                Traffic.TUN_WRITTEN_SUPER_PACKETS, 2L));
        assertEquals(OptionalDouble.of(55_000), Ratio.BYTES_PER_TUN_READ.of(sums));
        assertEquals(OptionalDouble.of(45), Ratio.SEGMENTS_PER_SEND.of(sums));
        assertEquals(OptionalDouble.of(2), Ratio.WAKE_UPS_PER_SUPER_PACKET.of(sums));
        assertEquals(OptionalDouble.empty(), Ratio.BYTES_PER_RECEIVE.of(sums));
        assertEquals(OptionalDouble.empty(), Ratio.SEGMENTS_PER_TUN_WRITE.of(sums));
    }
}
