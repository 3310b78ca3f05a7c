package badger.record;

/**
 * Rejects records already seen, over a window of {@link #WINDOW_RECORDS} (RFC 6347, section 4.1.2.6). Used by one
 * thread, the peer's. Ask {@link #isFresh} before a record is authenticated; {@link #accept} it only after.
 */
final class ReplayWindow {
    /** Wide enough for what a bundle of paths or a queueing discipline with many queues reorders at full rate. */
    static final int WINDOW_RECORDS = 8192;

    // Twice the window, so that a whole word can be cleared ahead of the newest record without touching the window.
    private static final int WORDS = 2 * WINDOW_RECORDS / Long.SIZE;

    private final long[] seen = new long[WORDS];
    private long newest = -1;

    /** Whether the record of this 48-bit number was not accepted yet and is not older than the window. */
    boolean isFresh(long sequence) {
        if (sequence > newest) {
            return true;
        }
        boolean isTooOld = newest - sequence >= WINDOW_RECORDS;
        return !isTooOld && (seen[wordOf(sequence)] & bitOf(sequence)) == 0;
    }

    /** Marks an authenticated record, which must have been fresh. */
    void accept(long sequence) {
        if (sequence > newest) {
            advance(sequence);
        }
        seen[wordOf(sequence)] |= bitOf(sequence);
    }

    private void advance(long sequence) {
        long oldWord = Math.floorDiv(newest, (long) Long.SIZE);
        long words = Math.min(sequence / Long.SIZE - oldWord, WORDS);
        for (long word = 1; word <= words; word++) {
            seen[(int) (oldWord + word & WORDS - 1)] = 0;
        }
        newest = sequence;
    }

    private static int wordOf(long sequence) {
        return (int) (sequence / Long.SIZE) & WORDS - 1;
    }

    private static long bitOf(long sequence) {
        return 1L << sequence;
    }
}
