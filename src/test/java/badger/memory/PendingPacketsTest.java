package badger.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class PendingPacketsTest {
    private static final int SLOTS = 4;
    private static final int SLOT_BYTES = 100;

    private final Arena arena = Arena.ofShared();
    private final PendingPackets pending = new PendingPackets(arena, SLOTS, SLOT_BYTES);
    private final MemorySegment buffer = arena.allocate(SLOT_BYTES + 10);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void saysWhenNothingWaits() {
        assertEquals(-1, pending.poll(buffer, 0));
    }

    @Test
    void returnsPacketsInOrder() {
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(add(i, 20 + i));
        }
        for (int i = 0; i < SLOTS; i++) {
            assertEquals(20 + i, pending.poll(buffer, 10));
            assertEquals(i, buffer.get(ValueLayout.JAVA_BYTE, 10));
        }
        assertEquals(-1, pending.poll(buffer, 0));
    }

    @Test
    void dropsThoseThatHaveWaitedTooLong() {
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(pending.add(buffer, 0, 20 + i, 1_000L * i));
        }
        assertEquals(0, pending.dropOlderThan(0));
        assertEquals(2, pending.dropOlderThan(2_000));
        assertEquals(22, pending.poll(buffer, 0));
        assertEquals(1, pending.dropOlderThan(5_000));
        assertEquals(0, pending.dropOlderThan(5_000));
        assertTrue(pending.isEmpty());
    }

    @Test
    void dropsTheOldestAndSaysSo() {
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(add(i, 1));
        }
        assertFalse(add(SLOTS, 1));
        assertFalse(add(SLOTS + 1, 1));
        for (int i = 2; i < SLOTS + 2; i++) {
            assertEquals(1, pending.poll(buffer, 0));
            assertEquals(i, buffer.get(ValueLayout.JAVA_BYTE, 0));
        }
        assertEquals(-1, pending.poll(buffer, 0));
    }

    @Test
    void refusesTooLongAPacketAndKeepsTheOthers() {
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(add(i, SLOT_BYTES));
        }
        assertFalse(pending.add(buffer, 0, SLOT_BYTES + 1, 0));
        assertEquals(SLOT_BYTES, pending.poll(buffer, 0));
        assertEquals(0, buffer.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    @Timeout(60)
    void losesNoPacketButThoseItNamesBetweenThreads() throws Exception {
        int packets = 50_000;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Integer> first = threads.submit(() -> addMany(packets));
            Future<Integer> second = threads.submit(() -> addMany(packets));
            int taken = 0;
            while (!(first.isDone() && second.isDone())) {
                taken += pending.poll(buffer, 0) >= 0 ? 1 : 0;
            }
            while (pending.poll(buffer, 0) >= 0) {
                taken++;
            }
            int dropped = first.get(1, TimeUnit.SECONDS) + second.get(1, TimeUnit.SECONDS);
            assertEquals(2 * packets, taken + dropped);
        }
    }

    private int addMany(int packets) {
        MemorySegment packet = MemorySegment.ofArray(new byte[60]);
        int dropped = 0;
        for (int i = 0; i < packets; i++) {
            dropped += pending.add(packet, 0, 60, 0) ? 0 : 1;
        }
        return dropped;
    }

    private boolean add(int number, int length) {
        buffer.set(ValueLayout.JAVA_BYTE, 0, (byte) number);
        return pending.add(buffer, 0, length, 0);
    }
}
