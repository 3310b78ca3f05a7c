package badger.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.Slow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Producer and consumer at the same time; where there are several producers, a lock of theirs makes them one. Every
 * packet names its producer and number, and carries its own CRC.
 */
@Slow("Where its threads share a core, every packet waits for the scheduler.")
@Timeout(120)
// Where both ends share a core, spinning would waste a time slice on each packet; no answer depends on the scheduler.
@SuppressWarnings("ThreadPriorityCheck")
final class PacketRingThreadsTest {
    private static final int SLOTS = 32;
    private static final int SLOT_BYTES = 320;

    @Test
    void aMillionPacketsOfOneProducerArriveWholeAndInOrder() throws Exception {
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            transfer(threads, 1, 1_000_000);
        }
    }

    @Test
    void packetsOfThreeProducersArriveWholeAndInTheirOrder() throws Exception {
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            transfer(threads, 3, 100_000);
        }
    }

    @Test
    void packetsOfVirtualThreadsArriveWholeAndInTheirOrder() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            transfer(threads, 5, 20_000);
        }
    }

    private static void transfer(ExecutorService threads, int producers, int packets) throws Exception {
        try (Arena nodeArena = Arena.ofShared()) {
            PacketRing ring = new PacketRing(nodeArena, SLOTS, SLOT_BYTES);
            Object producersLock = producers == 1 ? null : new Object();
            List<Future<Integer>> ends = new ArrayList<>();
            for (int producer = 0; producer < producers; producer++) {
                ends.add(threads.submit(producer(ring, producersLock, producer, packets)));
            }
            Future<Integer> consumer = threads.submit(() -> consume(ring, producers, packets));
            for (Future<Integer> end : ends) {
                assertEquals(packets, end.get(100, TimeUnit.SECONDS));
            }
            assertEquals(producers * packets, consumer.get(100, TimeUnit.SECONDS));
            assertTrue(ring.isEmpty());
        }
    }

    private static Callable<Integer> producer(PacketRing ring, Object lock, int producer, int packets) {
        return () -> {
            SplittableRandom random = new SplittableRandom(producer);
            byte[] bytes = new byte[SLOT_BYTES];
            MemorySegment source = MemorySegment.ofArray(bytes);
            for (int number = 0; number < packets; number++) {
                int length = random.nextInt(SLOT_BYTES + 1);
                for (int i = 0; i < length; i += 16) {
                    bytes[i] = (byte) random.nextInt();
                }
                long crc = crc(source, 0, length);
                while (!offer(ring, lock, source, length, producer, crc, number)) {
                    Thread.yield();
                }
            }
            return packets;
        };
    }

    private static boolean offer(
            PacketRing ring, Object lock, MemorySegment source, int length, int producer, long crc, int number) {
        if (lock == null) {
            return ring.offer(source, 0, length, producer, crc, number);
        }
        synchronized (lock) {
            return ring.offer(source, 0, length, producer, crc, number);
        }
    }

    private static int consume(PacketRing ring, int producers, int packets) {
        int[] next = new int[producers];
        int taken = 0;
        while (taken < producers * packets) {
            int length = ring.peek();
            if (length < 0) {
                Thread.yield();
                continue;
            }
            int producer = (int) ring.tagHigh();
            assertEquals(next[producer]++, ring.tagPort());
            assertEquals(ring.tagLow(), crc(ring.slots(), ring.peekAt(), length));
            // What the consumer writes into its slot must not reach any other packet.
            ring.slots().asSlice(ring.peekAt(), SLOT_BYTES).fill((byte) taken);
            ring.release();
            taken++;
        }
        return taken;
    }

    private static long crc(MemorySegment segment, long at, int length) {
        CRC32 crc = new CRC32();
        crc.update(segment.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
        return crc.getValue();
    }
}
