package badger.counter;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Sums of {@link Traffic} at one moment, or of the time between two moments. Immutable. */
// The ordinal is an index within one process only; it is never stored or sent.
@SuppressWarnings("EnumOrdinal")
public final class TrafficSums {
    private final long[] sums;

    TrafficSums(long[] sums) {
        this.sums = sums;
    }

    /** Sums in which everything that {@code counts} lacks is 0. */
    public static TrafficSums of(Map<Traffic, Long> counts) {
        long[] sums = new long[Tally.COUNT];
        counts.forEach((what, count) -> sums[what.ordinal()] = count);
        return new TrafficSums(sums);
    }

    public long of(Traffic what) {
        return sums[what.ordinal()];
    }

    /** The counts since {@code earlier}. */
    public TrafficSums since(TrafficSums earlier) {
        long[] differences = new long[sums.length];
        for (int i = 0; i < sums.length; i++) {
            differences[i] = sums[i] - earlier.sums[i];
        }
        return new TrafficSums(differences);
    }

    /** All sums, in the order of the enum. */
    public Map<Traffic, Long> asMap() {
        Map<Traffic, Long> map = new EnumMap<>(Traffic.class);
        for (Traffic what : Traffic.values()) {
            map.put(what, of(what));
        }
        return map;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrafficSums that && Arrays.equals(sums, that.sums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }

    @Override
    public String toString() {
        return asMap().toString();
    }
}
