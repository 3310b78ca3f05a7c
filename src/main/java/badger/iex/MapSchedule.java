package badger.iex;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * When the map goes out and when the server searches for silent nodes (paper rows P30 and P35): every map
 * interval, counted anew from the last round (the paper calls it the relay interval); shortly after a change, together
 * with whatever else changes meanwhile; and never sooner than a gap after the round before, so that a storm of changes
 * is no storm of maps.
 *
 * <p>A round that a change caused is repeated soon: nodes that hear of each other at different times miss each other's
 * first packets, and a lost map would otherwise cost them a whole interval. It is repeated four times, so that at 20 %
 * loss one node in 3,000 misses all of them. The clock is passed in. {@link MapSender} guards it.
 */
final class MapSchedule {
    private static final long[] REPEAT_AFTER_NANOS = LongStream.of(500, 1_000, 1_000, 2_000)
            .map(TimeUnit.MILLISECONDS::toNanos)
            .toArray();

    private final long intervalNanos;
    private final long purgeNanos;
    private final long coalescingNanos;
    private final long gapNanos;

    private long regularDueAt;
    private long purgeDueAt;
    private long lastRoundAt;
    private long changeDueAt;
    private boolean isChangePending;
    private int repeatsDone = REPEAT_AFTER_NANOS.length;

    MapSchedule(IexSettings settings, long nowNanos) {
        intervalNanos = settings.mapInterval().toNanos();
        purgeNanos = settings.purgeInterval().toNanos();
        coalescingNanos = settings.coalescing().toNanos();
        gapNanos = settings.changeGap().toNanos();
        regularDueAt = nowNanos + intervalNanos;
        purgeDueAt = nowNanos + purgeNanos;
        lastRoundAt = nowNanos - gapNanos;
    }

    void changed(long nowNanos) {
        if (isChangePending) {
            return;
        }
        isChangePending = true;
        long coalescedAt = nowNanos + coalescingNanos;
        long gapEndsAt = lastRoundAt + gapNanos;
        changeDueAt = coalescedAt - gapEndsAt > 0 ? coalescedAt : gapEndsAt;
    }

    boolean isChangeDue(long nowNanos) {
        return isChangePending && changeDueAt - nowNanos <= 0;
    }

    boolean isRoundDue(long nowNanos) {
        return isChangeDue(nowNanos) || regularDueAt - nowNanos <= 0;
    }

    /** Whether to search for silent nodes. The paper purges by its timer and after each change. */
    boolean isPurgeDue(long nowNanos) {
        return isChangeDue(nowNanos) || purgeDueAt - nowNanos <= 0;
    }

    void purged(long nowNanos) {
        purgeDueAt = nowNanos + purgeNanos;
    }

    /** A round begins. Later changes belong to the next one. */
    void roundBegins(long nowNanos) {
        if (isChangeDue(nowNanos)) {
            isChangePending = false;
            repeatsDone = 0;
        }
        lastRoundAt = nowNanos;
        boolean hasRepeatLeft = repeatsDone < REPEAT_AFTER_NANOS.length;
        regularDueAt =
                nowNanos + (hasRepeatLeft ? Math.min(REPEAT_AFTER_NANOS[repeatsDone++], intervalNanos) : intervalNanos);
    }

    /** The time until something is due, at most the shorter interval. */
    long nanosUntilDue(long nowNanos) {
        long until = Math.min(regularDueAt - nowNanos, purgeDueAt - nowNanos);
        return isChangePending ? Math.min(until, changeDueAt - nowNanos) : until;
    }
}
