package badger.linux;

import badger.bindings.linux.iovec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * An array of iovec (readv(2)): pieces of memory that one call writes one behind the other. It is allocated once, then
 * filled and cleared; no call allocates. One thread. The pieces' arenas must stay open as long as it points to them.
 */
public final class IoVector {
    private static final long ENTRY_BYTES = iovec.sizeof();
    private static final long BASE = iovec.iov_base$offset();
    private static final long LENGTH = iovec.iov_len$offset();
    // Pointers and size_t are 64 bits wide wherever Badger runs.
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

    private final MemorySegment entries;
    private final int capacity;
    private int count;
    private long bytes;

    /** @param capacity the most pieces it can hold; the kernel takes at most 1024 (UIO_MAXIOV) */
    public IoVector(Arena ownerArena, int capacity) {
        this.capacity = capacity;
        entries = ownerArena.allocate(ENTRY_BYTES * capacity, Long.BYTES);
    }

    public void clear() {
        count = 0;
        bytes = 0;
    }

    /** Adds {@code [at, at + length)} of a native segment. */
    public void add(MemorySegment segment, long at, long length) {
        Objects.checkFromIndexSize(at, length, segment.byteSize());
        if (!segment.isNative()) {
            throw new IllegalArgumentException("not a native segment");
        }
        Objects.checkIndex(count, capacity);
        long entryAt = count * ENTRY_BYTES;
        entries.set(U64, entryAt + BASE, segment.address() + at);
        entries.set(U64, entryAt + LENGTH, length);
        count++;
        bytes += length;
    }

    public int count() {
        return count;
    }

    public int capacity() {
        return capacity;
    }

    /** The sum of all pieces' lengths. */
    public long bytes() {
        return bytes;
    }

    /** Moves the beginning of the first piece by {@code skipped} bytes; a negative number moves it back. */
    public void skip(int skipped) {
        Objects.checkIndex(0, count);
        entries.set(U64, BASE, entries.get(U64, BASE) + skipped);
        entries.set(U64, LENGTH, entries.get(U64, LENGTH) - skipped);
        bytes -= skipped;
    }

    MemorySegment segment() {
        return entries;
    }
}
