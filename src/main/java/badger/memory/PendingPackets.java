package badger.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Packets that wait until a session is up. When there is no room, the oldest goes, since it is worth least by then.
 * Bounded and off the heap, in memory of the arena given to the constructor. Any thread may call: this object's lock
 * orders them, and so makes the ring's one producer and one consumer. The lock costs nothing that counts, because no
 * packet waits here once data flows.
 */
public final class PendingPackets {
    private final PacketRing ring;

    /**
     * @param ownerArena owner of the memory, shared between all callers
     * @param slots the most packets it holds, a power of two
     * @param slotBytes the longest packet, in bytes
     */
    public PendingPackets(Arena ownerArena, int slots, int slotBytes) {
        this.ring = new PacketRing(ownerArena, slots, slotBytes);
    }

    /**
     * Copies a packet in.
     *
     * @param nowNanos as {@link System#nanoTime} counts it
     * @return false if a packet was lost: the oldest, dropped to make room, or this one because it is too long
     */
    public synchronized boolean add(MemorySegment packet, long at, int length, long nowNanos) {
        if (ring.offer(packet, at, length, nowNanos, 0, 0)) {
            return true;
        }
        if (length <= ring.capacity() && ring.peek() >= 0) {
            ring.release();
            ring.offer(packet, at, length, nowNanos, 0, 0);
        }
        return false;
    }

    /**
     * Moves the oldest packet to {@code at} in {@code into}, where there must be room for the longest one.
     *
     * @return its length in bytes, or -1 if none waits
     */
    public synchronized int poll(MemorySegment into, long at) {
        int length = ring.peek();
        if (length >= 0) {
            MemorySegment.copy(ring.slots(), ring.peekAt(), into, at, length);
            ring.release();
        }
        return length;
    }

    /** Drops the packets that were added before {@code nanos}. @return how many */
    public synchronized int dropOlderThan(long nanos) {
        int dropped = 0;
        while (ring.peek() >= 0 && ring.tagHigh() - nanos < 0) {
            ring.release();
            dropped++;
        }
        return dropped;
    }

    /** Whether nothing waits. The answer is exact for the thread that polls, and recent for others. */
    public boolean isEmpty() {
        return ring.isEmpty();
    }
}
