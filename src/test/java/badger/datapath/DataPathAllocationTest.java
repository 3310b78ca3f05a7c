package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.AllocationMeter;
import badger.testing.OwnsTheJvm;
import badger.testing.Slow;
import org.junit.jupiter.api.Test;

/** The steady data path allocates nothing; the paper blames allocation for its loss of speed (paper row P75). */
@OwnsTheJvm
@Slow("has the whole data path compiled, in every way that packets go")
final class DataPathAllocationTest {
    private static final int ITERATIONS = 20_000;
    private static final int SUPER_PACKETS = 2_000;

    @Test
    void superPacketsAllocateNothingBothWays() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofSuperPackets(44, 1_360, "openssl")) {
            double bytes = AllocationMeter.bytesPerIteration(SUPER_PACKETS, () -> {
                ends.send();
                ends.receive();
            });
            assertEquals(0.0, bytes, "bytes per super-packet sent and received");
            ends.send();
            long before = ends.receive();
            ends.send();
            assertEquals(1, ends.receive() - before, "44 segments must go in by one write");
            assertTrue(
                    ends.counters().nonZero().isEmpty(),
                    ends.counters().nonZero().toString());
        }
    }

    @Test
    void ipv6SuperPacketsAllocateNothingBothWays() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofIpv6SuperPackets(44, 1_328, "openssl")) {
            double bytes = AllocationMeter.bytesPerIteration(SUPER_PACKETS, () -> {
                ends.send();
                ends.receive();
            });
            assertEquals(0.0, bytes, "bytes per super-packet sent and received");
            ends.send();
            long before = ends.receive();
            ends.send();
            assertEquals(1, ends.receive() - before, "44 segments must go in by one write");
            assertTrue(
                    ends.counters().nonZero().isEmpty(),
                    ends.counters().nonZero().toString());
        }
    }

    @Test
    void batchesOfPacketsAllocateNothingBothWays() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofPackets(200, "openssl")) {
            double bytes = AllocationMeter.bytesPerIteration(SUPER_PACKETS, () -> {
                ends.sendBatch(PacketBatch.MOST_PACKETS);
                ends.receive();
            });
            assertEquals(0.0, bytes, "bytes per batch sent and received");
            assertEquals(
                    PacketBatch.MOST_PACKETS * (200 + 42),
                    ends.sendBatch(PacketBatch.MOST_PACKETS),
                    "all records must leave by one send");
            assertTrue(
                    ends.counters().nonZero().isEmpty(),
                    ends.counters().nonZero().toString());
        }
    }

    @Test
    void ipv6PacketsAllocateNothingBothWays() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofIpv6Packets(1_400, "openssl")) {
            double bytes = AllocationMeter.bytesPerIteration(ITERATIONS, () -> {
                ends.send();
                ends.receive();
            });
            assertEquals(0.0, bytes, "bytes per packet sent and received");
            ends.send();
            assertTrue(ends.receive() > 2 * ITERATIONS, "packets were lost");
            assertTrue(
                    ends.counters().nonZero().isEmpty(),
                    ends.counters().nonZero().toString());
        }
    }

    /**
     * As during a change of keys: the record names its session, so none is tried in vain, and none in another buffer.
     */
    @Test
    void recordsOfAnOlderSessionAllocateNothing() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofSuperPackets(44, 1_360, "openssl")) {
            ends.supersede("openssl");
            double bytes = AllocationMeter.bytesPerIteration(SUPER_PACKETS, () -> {
                ends.send();
                ends.receive();
            });
            assertEquals(0.0, bytes, "bytes per super-packet sent and received");
            ends.send();
            long before = ends.receive();
            ends.send();
            assertEquals(1, ends.receive() - before, "44 segments must go in by one write");
            assertEquals(0, ends.triedInVain());
            assertTrue(
                    ends.counters().nonZero().isEmpty(),
                    ends.counters().nonZero().toString());
        }
    }

    @Test
    void sendingAllocatesNothing() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofPackets(1_400, "openssl")) {
            assertEquals(0.0, AllocationMeter.bytesPerIteration(ITERATIONS, ends::send), "bytes per packet sent");
            assertTrue(
                    ends.counters().nonZero().isEmpty(),
                    ends.counters().nonZero().toString());
        }
    }

    @Test
    void receivingAllocatesNothing() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofPackets(1_400, "openssl")) {
            double bytes = AllocationMeter.bytesPerIteration(ITERATIONS, () -> {
                ends.send();
                ends.receive();
            });
            assertEquals(0.0, bytes, "bytes per packet sent and received");
            assertTrue(ends.receive() >= 2 * ITERATIONS, "packets were lost");
        }
    }
}
