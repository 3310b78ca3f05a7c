package badger.time;

import java.util.EnumMap;
import java.util.EnumSet;

/**
 * The times at which one thread is to look at something again, one for each name, and the earliest of them. Times are
 * in {@link System#nanoTime} terms: they may have any value and may overflow, so only their differences are compared,
 * and all times that are set must lie within 146 years of each other. A name without a time is stopped; no time stands
 * for never.
 *
 * <p>Used by one thread. Allocates nothing after its constructor.
 *
 * @param <N> the things to look at
 */
public final class Deadlines<N extends Enum<N>> {
    private static final class Deadline {
        private long nanos;
        private boolean isSet;
    }

    private final EnumMap<N, Deadline> byName;
    private final Deadline[] all;
    private long earliestNanos;
    private boolean isAnySet;

    /** @param names all of them; none has a time yet */
    public Deadlines(Class<N> names) {
        byName = new EnumMap<>(names);
        for (N each : EnumSet.allOf(names)) {
            byName.put(each, new Deadline());
        }
        all = byName.values().toArray(Deadline[]::new);
    }

    /** Gives the name this time, in place of the one before. A time that is over is due at once. */
    public void set(N name, long atNanos) {
        Deadline deadline = byName.get(name);
        deadline.nanos = atNanos;
        deadline.isSet = true;
        findEarliest();
    }

    /** Removes the name's time. */
    public void stop(N name) {
        Deadline deadline = byName.get(name);
        if (deadline.isSet) {
            deadline.isSet = false;
            findEarliest();
        }
    }

    public void stopAll() {
        for (Deadline each : all) {
            each.isSet = false;
        }
        isAnySet = false;
    }

    public boolean isSet(N name) {
        return byName.get(name).isSet;
    }

    /** Whether the name has a time that has come. */
    public boolean isDue(N name, long nowNanos) {
        Deadline deadline = byName.get(name);
        return deadline.isSet && nowNanos - deadline.nanos >= 0;
    }

    /** Whether any name has a time that has come. */
    public boolean isAnyDue(long nowNanos) {
        return isAnySet && nowNanos - earliestNanos >= 0;
    }

    /** Whether any name has a time. */
    public boolean isAnySet() {
        return isAnySet;
    }

    /** The earliest time; it has a meaning only while {@link #isAnySet}. */
    public long earliestNanos() {
        return earliestNanos;
    }

    /**
     * How long nothing is due, in nanoseconds: 0 if something is due, and {@code atMost} if nothing is due before that.
     */
    public long nanosUntilDue(long nowNanos, long atMost) {
        return isAnySet ? Math.clamp(earliestNanos - nowNanos, 0, atMost) : atMost;
    }

    private void findEarliest() {
        isAnySet = false;
        for (Deadline each : all) {
            if (each.isSet && (!isAnySet || each.nanos - earliestNanos < 0)) {
                earliestNanos = each.nanos;
                isAnySet = true;
            }
        }
    }
}
