package badger.tun;

import badger.linux.IoVector;
import badger.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A packet whose bytes lie in several pieces, for {@link TunWriter#write(GatherList)}: first a {@link VirtioNetHeader}
 * with the packet's headers and perhaps payload behind it, then the payloads that follow. It only points to the pieces,
 * which must not change until it is written or cleared. One thread; no call allocates.
 */
public final class GatherList {
    private final IoVector vector;
    private MemorySegment first;
    private long firstAt;

    /** @param capacity the most pieces that it can hold, at most 1024 */
    public GatherList(Arena ownerArena, int capacity) {
        vector = new IoVector(ownerArena, capacity);
    }

    public void clear() {
        vector.clear();
        first = null;
    }

    /** Adds {@code [at, at + length)} of a native segment. The first piece must hold the virtio header. */
    public void add(MemorySegment segment, long at, long length) {
        if (vector.count() == 0) {
            if (length < VirtioNetHeader.BYTES) {
                throw new IllegalArgumentException("a first piece of " + length + " bytes holds no header");
            }
            first = segment;
            firstAt = at;
        }
        vector.add(segment, at, length);
    }

    public int count() {
        return vector.count();
    }

    /** The most pieces it can hold. */
    public int capacity() {
        return vector.capacity();
    }

    /** The length of the packet with its {@link VirtioNetHeader}; 0 when empty. */
    public long bytes() {
        return vector.bytes();
    }

    /** Whether the packet is finished, so that it may be written without its header. */
    boolean isPlain() {
        return VirtioNetHeader.isPlain(first, firstAt);
    }

    IoVector vector() {
        return vector;
    }
}
