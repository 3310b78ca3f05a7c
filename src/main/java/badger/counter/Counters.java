package badger.counter;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * All that a program counts: drops, with one counter for each {@link DropReason}, and the {@link Tallies} of what the
 * data path moves. Any thread may count drops and read. Counting allocates nothing.
 */
// The ordinal is an index within one process only; it is never stored or sent.
@SuppressWarnings("EnumOrdinal")
public final class Counters {
    private static final DropReason[] REASONS = DropReason.values();

    private final AtomicLongArray drops = new AtomicLongArray(REASONS.length);
    private final Tallies traffic = new Tallies();

    /** The tallies, from which each writing thread of the data path opens one of its own. */
    public Tallies traffic() {
        return traffic;
    }

    public void count(DropReason reason) {
        drops.getAndIncrement(reason.ordinal());
    }

    public long dropped(DropReason reason) {
        return drops.get(reason.ordinal());
    }

    /** The reasons that were counted at least once, in the order of the enum. */
    public Map<DropReason, Long> nonZero() {
        Map<DropReason, Long> result = new EnumMap<>(DropReason.class);
        for (DropReason reason : REASONS) {
            long count = dropped(reason);
            if (count != 0) {
                result.put(reason, count);
            }
        }
        return result;
    }
}
