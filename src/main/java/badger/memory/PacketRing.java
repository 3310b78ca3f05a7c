package badger.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A bounded, off-heap queue of packets between two threads, lock-free. Each packet carries a tag, such as the address
 * and port that it came from.
 *
 * <p>One thread, the producer, calls {@link #offer}; where there are several, all of them call {@link #offerShared}
 * instead. One thread, the consumer, looks at the oldest packet by {@link #peek} and the accessors beside it, may
 * change it where it lies (seal it, with {@link #headroom} before it and free bytes behind it), and then calls
 * {@link #release}. The memory belongs to the arena given to the constructor, which must be one that both threads may
 * use. Nothing here allocates after construction.
 *
 * <pre>
 * tail, producer's copy of head (128) | head, consumer's copy of tail (128) | slots
 * slot: descriptor (64: length 4, tag's port 4, tag 16) | headroom | packet | tailroom
 * </pre>
 */
public final class PacketRing {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
    private static final VarHandle INDEX = U64.varHandle().withInvokeExactBehavior();

    // A processor fetches neighbouring cache lines in pairs, so what two threads write stays two lines apart. Each
    // side keeps its copy of the other's index beside its own: it reads the other's line only when the copy is used up.
    private static final long SIDE_BYTES = 128;
    private static final long TAIL = 0;
    private static final long KNOWN_HEAD = TAIL + 8;
    private static final long HEAD = SIDE_BYTES;
    private static final long KNOWN_TAIL = HEAD + 8;
    private static final long SLOTS = 2 * SIDE_BYTES;

    private static final int CACHE_LINE_BYTES = 64;
    private static final long LENGTH = 0;
    private static final long TAG_PORT = 4;
    private static final long TAG_HIGH = 8;
    private static final long TAG_LOW = 16;
    private static final int DESCRIPTOR_BYTES = CACHE_LINE_BYTES;

    private final MemorySegment memory;
    private final int slots;
    private final long slotStride;
    private final int headroom;
    private final int capacity;

    /**
     * Allocates {@code slots * (slotBytes + 64) + 256} bytes, {@code slotBytes} rounded up to a multiple of 64.
     *
     * @param nodeArena owner of the memory, shared between producer and consumer
     * @param slots the most packets it holds, a power of two
     * @param slotBytes headroom, packet and tailroom together
     * @param headroom bytes kept free before each packet
     */
    public PacketRing(Arena nodeArena, int slots, int slotBytes, int headroom) {
        if (Integer.bitCount(slots) != 1 || slots < 0) {
            throw new IllegalArgumentException("slots is no power of two: " + slots);
        }
        if (headroom < 0 || headroom >= slotBytes) {
            throw new IllegalArgumentException(
                    "no room for a packet: headroom=" + headroom + ", slotBytes=" + slotBytes);
        }
        this.slots = slots;
        this.headroom = headroom;
        this.capacity = slotBytes - headroom;
        this.slotStride = DESCRIPTOR_BYTES + roundUpToLines(slotBytes);
        this.memory = nodeArena.allocate(SLOTS + slots * slotStride, SIDE_BYTES);
    }

    /** Bytes that are free before each packet. */
    public int headroom() {
        return headroom;
    }

    /** The longest packet that fits, in bytes. One that is shorter leaves the difference free behind it. */
    public int capacity() {
        return capacity;
    }

    /** Producer: copies a packet in. Returns false, and copies nothing, if the ring is full or the packet too long. */
    public boolean offer(MemorySegment source, long at, int length, long tagHigh, long tagLow, int tagPort) {
        long tail = memory.get(U64, TAIL);
        if (length > capacity || isFull(tail)) {
            return false;
        }
        long slot = slotAt(tail);
        memory.set(U32, slot + LENGTH, length);
        memory.set(U32, slot + TAG_PORT, tagPort);
        memory.set(U64, slot + TAG_HIGH, tagHigh);
        memory.set(U64, slot + TAG_LOW, tagLow);
        MemorySegment.copy(source, at, memory, slot + DESCRIPTOR_BYTES + headroom, length);
        INDEX.setRelease(memory, TAIL, tail + 1);
        return true;
    }

    /**
     * As {@link #offer}, for any number of producers, of which each one calls this. They exclude each other by this
     * object's monitor: held for one copy and never while parked, it cannot keep a virtual thread's carrier for long, it
     * allocates nothing when contended, and when not it costs about as much as the atomic update that a lock-free queue
     * of several producers needs anyway.
     */
    public synchronized boolean offerShared(
            MemorySegment source, long at, int length, long tagHigh, long tagLow, int tagPort) {
        return offer(source, at, length, tagHigh, tagLow, tagPort);
    }

    /**
     * Whether there is nothing to take. Exact for the consumer, a recent answer for others. A consumer that says it
     * sleeps, asks this and parks needs a full fence between the two, and a producer one between its offer and its look
     * at whether the consumer sleeps ({@link VarHandle#fullFence}): an offer alone only publishes.
     */
    public boolean isEmpty() {
        long head = (long) INDEX.getAcquire(memory, HEAD);
        return head == (long) INDEX.getAcquire(memory, TAIL);
    }

    /** Consumer: the length of the oldest packet in bytes, which may be 0, or -1 if there is none. */
    public int peek() {
        long head = memory.get(U64, HEAD);
        if (head == memory.get(U64, KNOWN_TAIL)) {
            long tail = (long) INDEX.getAcquire(memory, TAIL);
            memory.set(U64, KNOWN_TAIL, tail);
            if (head == tail) {
                return -1;
            }
        }
        return memory.get(U32, slotAt(head) + LENGTH);
    }

    /** The segment in which {@link #peekAt} counts. */
    public MemorySegment slots() {
        return memory;
    }

    /** Consumer, after a {@link #peek} that found a packet: where it begins. It is borrowed until {@link #release}. */
    public long peekAt() {
        return oldestSlot() + DESCRIPTOR_BYTES + headroom;
    }

    /** Consumer, as {@link #peekAt}. */
    public long tagHigh() {
        return memory.get(U64, oldestSlot() + TAG_HIGH);
    }

    /** Consumer, as {@link #peekAt}. */
    public long tagLow() {
        return memory.get(U64, oldestSlot() + TAG_LOW);
    }

    /** Consumer, as {@link #peekAt}. */
    public int tagPort() {
        return memory.get(U32, oldestSlot() + TAG_PORT);
    }

    /** Consumer, after a {@link #peek} that found a packet: gives its slot back to the producer. */
    public void release() {
        long head = memory.get(U64, HEAD);
        assert head != memory.get(U64, KNOWN_TAIL) : "released without a peek that found a packet";
        INDEX.setRelease(memory, HEAD, head + 1);
    }

    private boolean isFull(long tail) {
        if (tail - memory.get(U64, KNOWN_HEAD) < slots) {
            return false;
        }
        long head = (long) INDEX.getAcquire(memory, HEAD);
        memory.set(U64, KNOWN_HEAD, head);
        return tail - head == slots;
    }

    private long oldestSlot() {
        return slotAt(memory.get(U64, HEAD));
    }

    private long slotAt(long index) {
        return SLOTS + (index & (slots - 1)) * slotStride;
    }

    private static long roundUpToLines(int bytes) {
        return (bytes + CACHE_LINE_BYTES - 1L) & -CACHE_LINE_BYTES;
    }
}
