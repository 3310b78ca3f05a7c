package badger.counter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The {@link Traffic} that one writer has counted: a thread, or the holder of a lock. Any thread may read. Counting is
 * a load, an addition and a store, without an atomic instruction, a lock or an object.
 */
// The ordinal is an index within one process only; it is never stored or sent.
@SuppressWarnings("EnumOrdinal")
public final class Tally {
    static final int COUNT = Traffic.values().length;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /**
     * Unused cells on both sides, 128 bytes each, so that two writers never share a cache line. A line has 64 bytes,
     * but Intel's processors fetch lines in pairs (Optimization Reference Manual, spatial prefetcher), and some of
     * ARM's have lines of 128.
     */
    private static final int PADDING = 16;

    private final long[] cells = new long[PADDING + COUNT + PADDING];

    Tally() {}

    /** Counts {@code amount} more. For the writer only. */
    public void add(Traffic what, long amount) {
        int at = PADDING + what.ordinal();
        // A release, so that a reader of this count also sees what the writer counted before.
        CELL.setRelease(cells, at, cells[at] + amount);
    }

    /** Takes over a count that the writer keeps elsewhere, from its beginning. For the writer only. */
    public void set(Traffic what, long count) {
        CELL.setRelease(cells, PADDING + what.ordinal(), count);
    }

    void addTo(long[] sums) {
        for (int i = 0; i < COUNT; i++) {
            sums[i] += (long) CELL.getAcquire(cells, PADDING + i);
        }
    }
}
