package badger.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of packets from one thread to another, off the heap and without locks. Each packet carries a tag,
 * such as the address and port that it came from.
 *
 * <p>The ring has one producer, which calls {@link #offer}, and one consumer, which calls all other methods but
 * {@link #capacity} and {@link #isEmpty}; those two are for any thread. The ring orders neither several producers nor
 * several consumers: a caller that has several holds one lock of its own around each call. {@code peer.Peer} does so
 * for its inbox (producers: the main socket's thread and other peers' threads, under {@code memoryLock}; consumer: the
 * peer's thread), and {@link PendingPackets} for both ends.
 *
 * <p>The consumer looks at the oldest packet by {@link #peek} and the accessors beside it, may change it and the free
 * bytes behind it where they lie, and then calls {@link #release}. The memory belongs to the arena given to the
 * constructor, which both threads must be allowed to use. Nothing here allocates after construction.
 *
 * <pre>
 * tail, producer's copy of head (128) | head, consumer's copy of tail (128) | slots
 * slot: descriptor (64: length 4, tag's port 4, tag 16) | packet | tailroom
 * </pre>
 */
public final class PacketRing {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;

    // Order of publication. The producer fills a slot with plain writes and then stores the tail with release. The
    // consumer loads the tail with acquire before it reads the slot, and so sees all of it. In the other direction the
    // consumer stores the head with release when it is done with a slot, and the producer loads the head with acquire
    // before it fills that slot again. Each side reads its own index and copies plainly: nobody else writes them.
    private static final VarHandle INDEX = U64.varHandle().withInvokeExactBehavior();

    // A processor fetches neighbouring cache lines in pairs, so what two threads write stays two lines apart. Each side
    // keeps a copy of the other's index beside its own, and reads the other's line only when the copy is used up.
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
    private final int capacity;

    /**
     * Allocates {@code slots * (slotBytes + 64) + 256} bytes, {@code slotBytes} rounded up to a multiple of 64.
     *
     * @param ownerArena owner of the memory, shared between producer and consumer
     * @param slots the most packets it holds, a power of two
     * @param slotBytes the longest packet, in bytes
     * @throws IllegalArgumentException if {@code slots} is no power of two, or a slot has no room for a byte
     */
    public PacketRing(Arena ownerArena, int slots, int slotBytes) {
        if (Integer.bitCount(slots) != 1 || slots < 0) {
            throw new IllegalArgumentException("slots is no power of two: " + slots);
        }
        if (slotBytes <= 0) {
            throw new IllegalArgumentException("no room for a packet: slotBytes=" + slotBytes);
        }
        this.slots = slots;
        this.capacity = slotBytes;
        this.slotStride = DESCRIPTOR_BYTES + roundUpToLines(slotBytes);
        this.memory = ownerArena.allocate(SLOTS + slots * slotStride, SIDE_BYTES);
    }

    /** The longest packet that fits, in bytes. A shorter one leaves the difference free behind it. */
    public int capacity() {
        return capacity;
    }

    /**
     * Producer: copies a packet in.
     *
     * @return false, with nothing copied, if the ring is full or the packet too long
     */
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
        MemorySegment.copy(source, at, memory, slot + DESCRIPTOR_BYTES, length);
        INDEX.setRelease(memory, TAIL, tail + 1);
        return true;
    }

    /**
     * Whether there is nothing to take. The answer is exact for the consumer and recent for others. An offer only
     * publishes; it does not wake. So a consumer that says that it sleeps, asks this and parks needs a full fence
     * between the first two, and a producer needs one between its offer and its look at whether the consumer sleeps
     * ({@link VarHandle#fullFence}).
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

    /** The segment that {@link #peekAt} is an offset into. */
    public MemorySegment slots() {
        return memory;
    }

    /**
     * Consumer, after a {@link #peek} that found a packet: its offset. The bytes are borrowed until {@link #release}.
     */
    public long peekAt() {
        return oldestSlot() + DESCRIPTOR_BYTES;
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
