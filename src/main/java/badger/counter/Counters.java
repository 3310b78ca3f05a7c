package badger.counter;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * All that a program counts: drops, one counter for each {@link DropReason}, which any thread may count and read, and the
 * {@link Tallies} of what the data path moves. Counting allocates nothing.
 */
// The ordinal is an index within one process only; it is never stored or sent.
@SuppressWarnings("EnumOrdinal")
public final class Counters {
    private static final DropReason[] REASONS = DropReason.values();

    private final AtomicLongArray drops = new AtomicLongArray(REASONS.length);
    private final Tallies traffic = new Tallies();

    /** Where each writing thread of the data path gets its {@link Tally}. */
    public Tallies traffic() {
        return traffic;
    }

    public void count(DropReason reason) {
        drops.getAndIncrement(reason.ordinal());
    }

    public long dropped(DropReason reason) {
        return drops.get(reason.ordinal());
    }

    /** The reasons that were met at least once, in the order of the enum. */
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
