package badger.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.AllocationMeter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PacketRingTest {
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 200;

    private final Arena arena = Arena.ofShared();
    private final PacketRing ring = new PacketRing(arena, SLOTS, SLOT_BYTES);
    private final MemorySegment source = arena.allocate(SLOT_BYTES + 1);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void isEmptyAtFirst() {
        assertTrue(ring.isEmpty());
        assertEquals(-1, ring.peek());
    }

    @Test
    void handsOutPacketsInOrderWithTheirTags() {
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(offer(i, 10 + i));
        }
        for (int i = 0; i < SLOTS; i++) {
            assertPacket(i, 10 + i);
        }
        assertTrue(ring.isEmpty());
    }

    @Test
    void refusesWhenFullUntilOneIsReleased() {
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(offer(i, 1));
        }
        assertFalse(offer(99, 1));
        assertPacket(0, 1);
        assertTrue(offer(SLOTS, 1));
        assertFalse(offer(99, 1));
        for (int i = 1; i <= SLOTS; i++) {
            assertPacket(i, 1);
        }
        assertEquals(-1, ring.peek());
    }

    @Test
    void wrapsAroundAtEveryFillLevel() {
        int offered = 0;
        int taken = 0;
        for (int level = 1; level <= SLOTS; level++) {
            for (int round = 0; round < 3 * SLOTS; round++) {
                while (offered - taken < level) {
                    assertTrue(offer(offered, offered % (SLOT_BYTES + 1)));
                    offered++;
                }
                assertPacket(taken, taken % (SLOT_BYTES + 1));
                taken++;
            }
        }
    }

    @Test
    void takesEmptyAndLongestPacketsAndRefusesLongerOnes() {
        assertEquals(SLOT_BYTES, ring.capacity());
        assertTrue(offer(0, 0));
        assertTrue(offer(1, SLOT_BYTES));
        assertFalse(offer(2, SLOT_BYTES + 1));
        assertTrue(offer(3, SLOT_BYTES));
        assertPacket(0, 0);
        assertPacket(1, SLOT_BYTES);
        assertPacket(3, SLOT_BYTES);
    }

    @Test
    void tailroomBelongsToThePacketAlone() {
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(offer(i, 30));
        }
        for (int i = 0; i < SLOTS; i++) {
            assertEquals(30, ring.peek());
            assertContent(i, 30);
            ring.slots().asSlice(ring.peekAt(), SLOT_BYTES).fill((byte) 0xEE);
            assertTags(i);
            ring.release();
        }
        assertTrue(offer(5, 7));
        assertPacket(5, 7);
    }

    @Test
    void copiesFromTheMiddleOfAHeapSegment() {
        byte[] bytes = {9, 8, 7, 6, 5};
        assertTrue(ring.offer(MemorySegment.ofArray(bytes), 1, 3, 0, 0, 0));
        assertEquals(3, ring.peek());
        assertEquals(8, ring.slots().get(ValueLayout.JAVA_BYTE, ring.peekAt()));
        assertEquals(6, ring.slots().get(ValueLayout.JAVA_BYTE, ring.peekAt() + 2));
    }

    @Test
    void staysAsItWasWhenTheSourceIsTooShort() {
        assertThrows(IndexOutOfBoundsException.class, () -> ring.offer(source, SLOT_BYTES, 2, 0, 0, 0));
        assertTrue(ring.isEmpty());
        assertTrue(offer(1, 1));
        assertPacket(1, 1);
    }

    @Test
    void refusesSizesThatMakeNoRing() {
        assertThrows(IllegalArgumentException.class, () -> new PacketRing(arena, 0, 64));
        assertThrows(IllegalArgumentException.class, () -> new PacketRing(arena, 24, 64));
        assertThrows(IllegalArgumentException.class, () -> new PacketRing(arena, Integer.MIN_VALUE, 64));
        assertThrows(IllegalArgumentException.class, () -> new PacketRing(arena, 8, 0));
        assertThrows(IllegalArgumentException.class, () -> new PacketRing(arena, 8, -1));
    }

    @Test
    void allocatesNothingPerPacket() {
        double bytes = AllocationMeter.bytesPerIteration(20_000, () -> {
            boolean isTaken = ring.offer(source, 0, 100, 1, 2, 3) && ring.offer(source, 0, 90, 2, 3, 5);
            while (ring.peek() >= 0) {
                isTaken &= ring.peekAt() > 0 && ring.tagHigh() + ring.tagLow() == ring.tagPort();
                ring.release();
            }
            if (!isTaken || !ring.isEmpty()) {
                throw new AssertionError("the ring lost a packet");
            }
        });
        assertEquals(0, bytes);
    }

    private boolean offer(int number, int length) {
        fill(number, length);
        return ring.offer(source, 1, length, number, ~(long) number, number + 7);
    }

    private void fill(int number, int length) {
        for (int i = 0; i < length && i < SLOT_BYTES; i++) {
            source.set(ValueLayout.JAVA_BYTE, 1 + i, (byte) (number * 31 + i));
        }
    }

    private void assertPacket(int number, int length) {
        assertFalse(ring.isEmpty());
        assertEquals(length, ring.peek());
        assertTags(number);
        assertContent(number, length);
        ring.release();
    }

    private void assertTags(int number) {
        assertEquals(number, ring.tagHigh());
        assertEquals(~(long) number, ring.tagLow());
        assertEquals(number + 7, ring.tagPort());
    }

    private void assertContent(int number, int length) {
        for (int i = 0; i < length; i++) {
            assertEquals((byte) (number * 31 + i), ring.slots().get(ValueLayout.JAVA_BYTE, ring.peekAt() + i));
        }
    }
}
