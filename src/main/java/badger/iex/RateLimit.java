package badger.iex;

/**
 * Lets through so many per second and short bursts (the generic cell rate algorithm, ITU-T I.371). The clock is passed
 * in. Not for several threads at once.
 */
final class RateLimit {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long nanosEach;
    private final long burstNanos;
    private long nextAt;
    private boolean isStarted;

    RateLimit(long perSecond, long burst) {
        nanosEach = Math.max(1, NANOS_PER_SECOND / perSecond);
        burstNanos = nanosEach * burst;
    }

    boolean tryTake(long nowNanos) {
        return tryTake(1, nowNanos);
    }

    /** Takes all of {@code count} or nothing; more than a burst is let through only after a pause. */
    boolean tryTake(long count, long nowNanos) {
        if (!isStarted || nextAt - nowNanos < 0) {
            nextAt = nowNanos;
            isStarted = true;
        }
        if (nextAt - nowNanos > 0 && nextAt + count * nanosEach - nowNanos > burstNanos) {
            return false;
        }
        nextAt += count * nanosEach;
        return true;
    }
}
