package badger.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.aead.Aead;
import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.testing.AllocationMeter;
import badger.testing.IpsecMb;
import badger.testing.NeedsTools;
import badger.testing.OwnsTheJvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@OwnsTheJvm
final class RecordAllocationTest {
    @Test
    void sealingAndOpeningNativelyAllocateNothing() {
        assertAllocatesNothing("openssl");
    }

    @Test
    @NeedsTools("libIPSec_MB.so.1")
    void sealingAndOpeningByIpsecMbAllocateNothing() {
        if (IpsecMb.isExpectedHere()) {
            assertAllocatesNothing("ipsec-mb");
        }
    }

    private static void assertAllocatesNothing(String name) {
        AeadBackend backend = Aeads.named(name);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment key = arena.allocate(Aead.KEY_BYTES);
            SequenceNumbers numbers = new SequenceNumbers();
            RecordProtection sender =
                    Records.protection(backend.sealing(key, 1), backend.opening(key, 1), numbers, 1L << 30);
            RecordProtection receiver = Records.protection(
                    backend.sealing(key, 1), backend.opening(key, 1), new SequenceNumbers(), 1L << 30);
            MemorySegment buffer = arena.allocate(2048);
            AtomicLong opened = new AtomicLong();
            assertEquals(
                    0,
                    AllocationMeter.bytesPerIteration(
                            10, () -> opened.addAndGet(exchange(sender, receiver, buffer, 1_000))));
            assertEquals(opened.get(), receiver.recordsOpened());
            sender.close();
            receiver.close();
        }
    }

    private static long exchange(
            RecordProtection sender, RecordProtection receiver, MemorySegment buffer, int records) {
        long opened = 0;
        for (int i = 0; i < records; i++) {
            int record = Records.seal(sender, buffer, 0, 1400);
            opened += receiver.open(buffer, 0, record) == 1400 ? 1 : 0;
        }
        return opened;
    }
}
