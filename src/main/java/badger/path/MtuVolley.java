package badger.path;

import java.util.concurrent.TimeUnit;

/**
 * Probes that are sent together: one of each size in question, the largest first, and a small one behind them. Gives
 * each probe a token by which its answer is known, and learns from the answers how long to wait for the next. Used by
 * the peer's thread.
 */
final class MtuVolley {
    /** The size that stands for the small probe. */
    static final int SMALL = 0;

    /** What {@link #age} returns for a token that is too old or from another search. */
    static final int UNKNOWN = -1;

    /** Volleys whose answers still count. */
    private static final int REMEMBERED = 8;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(120);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long JITTER_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);
    private static final int MASK = 0xFFFF;

    /** Sends one probe: a message of {@code size} bytes, or a short one if that is {@link #SMALL}. */
    interface Prober {
        void probe(long token, int size);
    }

    private final Prober prober;
    private final long[] sentNanos = new long[REMEMBERED];
    private int search;
    private int number;
    private boolean isSmallBack;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long endNanos;

    MtuVolley(Prober prober) {
        this.prober = prober;
    }

    /** Makes answers to earlier probes unknown. */
    void beginSearch() {
        search++;
    }

    /** Sends a probe for each of the first {@code count} sizes, in rising order, that is larger than {@code above}. */
    void fire(int[] sizes, int count, int above, long nowNanos) {
        number++;
        isSmallBack = false;
        sentNanos[(number & MASK) % REMEMBERED] = nowNanos;
        endNanos = nowNanos + pauseNanos;
        // Most paths keep the order: when the small probe is back, the larger ones should be.
        for (int i = count - 1; i >= 0; i--) {
            if (sizes[i] > above) {
                prober.probe(token(sizes[i]), sizes[i]);
            }
        }
        prober.probe(token(SMALL), SMALL);
    }

    /** When the wait for answers ends. */
    long endNanos() {
        return endNanos;
    }

    /** Whether the small probe of the last volley was answered. */
    boolean isSmallBack() {
        return isSmallBack;
    }

    /** The size of the probe with this token. */
    static int size(long token) {
        return (int) token & MASK;
    }

    /** How many volleys ago the probe with this token was sent, 0 for the last; or {@link #UNKNOWN}. */
    int age(long token) {
        int age = number - (int) (token >>> 16) & MASK;
        return (int) (token >>> 32) == search && age < REMEMBERED ? age : UNKNOWN;
    }

    /** An answer came, with a token of known {@link #age}. */
    void answered(long token, long nowNanos) {
        long took = nowNanos - sentNanos[((int) (token >>> 16) & MASK) % REMEMBERED];
        pauseNanos = Math.clamp(took + took / 2 + JITTER_NANOS, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
        if (size(token) == SMALL && age(token) == 0) {
            isSmallBack = true;
            // Larger probes were sent before it and should be back already; a little later counts too.
            long enough = nowNanos + GRACE_NANOS + took / 4;
            endNanos = enough - endNanos < 0 ? enough : endNanos;
        }
    }

    /** Nothing came: the path may be slower than assumed. */
    void slowDown() {
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    private long token(int size) {
        return (long) search << 32 | (long) (number & MASK) << 16 | size;
    }
}
