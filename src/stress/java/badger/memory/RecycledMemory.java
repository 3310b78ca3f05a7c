package badger.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each state of a stress test a piece of one native block, and the oldest piece again once the block is used up.
 * The harness makes a million states a second, holds a few thousand of them at once and tells none that it is done:
 * with an arena for each, native memory would grow until the next garbage collection.
 */
final class RecycledMemory implements Arena {
    static final RecycledMemory INSTANCE = new RecycledMemory();

    private static final int PIECE_BYTES = 512;
    private static final int PIECES = 1 << 16;
    private static final int CACHE_LINE_PAIR = 128;

    private final MemorySegment block = Arena.global().allocate((long) PIECES * PIECE_BYTES, CACHE_LINE_PAIR);
    private final AtomicInteger next = new AtomicInteger();

    private RecycledMemory() {}

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize > PIECE_BYTES || byteAlignment > CACHE_LINE_PAIR) {
            throw new IllegalArgumentException("size=" + byteSize + ", alignment=" + byteAlignment);
        }
        long piece = next.getAndIncrement() & (PIECES - 1);
        return block.asSlice(piece * PIECE_BYTES, byteSize).fill((byte) 0);
    }

    @Override
    public MemorySegment.Scope scope() {
        return block.scope();
    }

    /** The block lasts as long as the process. */
    @Override
    public void close() {}
}
