package badger.record;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The sequence numbers of epoch 1 in one direction, drawn by bctls (Finished, resends, alerts) and by the fast path
 * alike. Two counters would use a nonce twice; a partition of the numbers would make peers take one half for replays.
 * Any thread.
 */
public final class SequenceNumbers {
    public static final long USED_UP = -1;

    private final AtomicLong next = new AtomicLong();

    /** The next number, or {@link #USED_UP} once {@code limit} numbers were drawn. */
    public long draw(long limit) {
        return draw(1, limit);
    }

    /**
     * The first of the next {@code count} numbers, or {@link #USED_UP} if that would be more than {@code limit} in all.
     */
    public long draw(int count, long limit) {
        long first = next.get();
        while (first <= limit - count) {
            if (next.compareAndSet(first, first + count)) {
                return first;
            }
            first = next.get();
        }
        return USED_UP;
    }

    long drawn() {
        return next.get();
    }

    /** Skips ahead, for tests of what happens at the end. */
    void skipTo(long sequence) {
        next.set(sequence);
    }
}
