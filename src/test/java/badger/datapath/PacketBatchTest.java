package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.record.RecordProtection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets that are read in a burst leave together where they can; {@code badger.mesh.BurstTest} sees them arrive. */
final class PacketBatchTest {
    @Test
    void fullBatchLeavesByOneSendAndWhatComesAfterItByAnother() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofPackets(100, "openssl")) {
            int recordBytes = 100 + RecordProtection.BADGER_OVERHEAD_BYTES;
            assertEquals(recordBytes, ends.sendBatch(1));
            assertEquals(10 * recordBytes, ends.sendBatch(10));
            assertEquals(PacketBatch.MOST_PACKETS * recordBytes, ends.sendBatch(PacketBatch.MOST_PACKETS));
            assertEquals(recordBytes, ends.sendBatch(PacketBatch.MOST_PACKETS + 1), "the last one alone");
        }
        try (LinkedEnds ends = LinkedEnds.ofPackets(1_400, "openssl")) {
            int recordBytes = 1_400 + RecordProtection.BADGER_OVERHEAD_BYTES;
            int fitting = PacketBatch.MOST_BYTES / recordBytes;
            assertEquals(fitting * recordBytes, ends.sendBatch(fitting));
            assertEquals(3 * recordBytes, ends.sendBatch(fitting + 3));
        }
    }

    @Test
    void superPacketBehindABatchWhoseSessionHasEndedArrivesWhole() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofSuperPackets(10, 1_360, "openssl")) {
            assertTrue(ends.sendAfterOneWhoseSessionEnds("openssl"), "the packet before it was lost");
            assertEquals(1, ends.receive(), "its segments go in by one write");
            assertEquals(List.of(), List.copyOf(ends.counters().nonZero().keySet()));
        }
    }

    /** Any number of packets without a destination does not delay a packet for a peer. */
    @Test
    void packetLeavesThoughOthersForNobodyFollow() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofPackets(100, "openssl")) {
            assertTrue(ends.sendBeforeOneForNobody() > 0, "the packet still waits");
        }
    }
}
