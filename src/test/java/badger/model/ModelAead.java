package badger.model;

import badger.aead.Aead;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * No cipher at all: the tag says under which key and number a record was sealed. Counts those that nobody has closed.
 */
final class ModelAead implements Aead {
    private static final ValueLayout.OfLong TAG_HALF = ValueLayout.JAVA_LONG_UNALIGNED;

    private final long key;
    private final AtomicInteger open;
    private boolean isClosed;

    /** @param open counts the ciphers that are not closed */
    ModelAead(long key, AtomicInteger open) {
        this.key = key;
        this.open = open;
        open.incrementAndGet();
    }

    @Override
    public void seal(
            long explicitNonce,
            long epochAndSequence,
            int type,
            MemorySegment source,
            long sourceAt,
            int length,
            MemorySegment target,
            long targetAt) {
        requireOpen();
        MemorySegment.copy(source, sourceAt, target, targetAt, length);
        target.set(TAG_HALF, targetAt + length, key);
        target.set(TAG_HALF, targetAt + length + Long.BYTES, epochAndSequence);
    }

    @Override
    public boolean open(
            long explicitNonce,
            long epochAndSequence,
            int type,
            MemorySegment source,
            long sourceAt,
            int length,
            MemorySegment target,
            long targetAt) {
        requireOpen();
        boolean isAuthentic = source.get(TAG_HALF, sourceAt + length) == key
                && source.get(TAG_HALF, sourceAt + length + Long.BYTES) == epochAndSequence;
        if (isAuthentic) {
            MemorySegment.copy(source, sourceAt, target, targetAt, length);
        }
        return isAuthentic;
    }

    @Override
    public void close() {
        requireOpen();
        isClosed = true;
        open.decrementAndGet();
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("a key is used after its end");
        }
    }
}
