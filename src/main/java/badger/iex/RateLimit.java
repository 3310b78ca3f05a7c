package badger.iex;

/**
 * Allows a number per second, and short bursts (the generic cell rate algorithm, ITU-T I.371). The clock is passed in.
 * For one thread at a time.
 */
final class RateLimit {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long perSecond;
    private final long burstNanos;
    private long nextAt;
    private boolean isStarted;

    RateLimit(long perSecond, long burst) {
        this.perSecond = perSecond;
        burstNanos = nanos(burst);
    }

    boolean tryTake(long nowNanos) {
        return tryTake(1, nowNanos);
    }

    /** Takes all of {@code count} or nothing. More than a burst is allowed only after a pause. */
    boolean tryTake(long count, long nowNanos) {
        if (!has(count, nowNanos)) {
            return false;
        }
        nextAt += nanos(count);
        return true;
    }

    /** Whether {@link #tryTake(long, long)} would succeed. It takes nothing. */
    boolean has(long count, long nowNanos) {
        if (!isStarted || nextAt - nowNanos < 0) {
            nextAt = nowNanos;
            isStarted = true;
        }
        return nextAt - nowNanos <= 0 || nextAt + nanos(count) - nowNanos <= burstNanos;
    }

    /** The time of {@code count} together. The rounded time of one would be inexact at high rates. */
    private long nanos(long count) {
        return count * NANOS_PER_SECOND / perSecond;
    }
}
