package badger.counter;

import java.util.ArrayList;
import java.util.List;

/**
 * The tallies of a node, or of one peer within it, added up when they are read. What a closed tally or group has
 * counted stays in the sums, so that no sum ever falls. Any thread may call. The lock is taken when threads, sessions
 * and peers come and go and when somebody reads, but never for a packet. The lists are bounded by the numbers of those
 * threads, sessions and peers.
 */
public final class Tallies {
    private final List<Tally> tallies = new ArrayList<>();
    private final List<Tallies> groups = new ArrayList<>();
    private final long[] closed = new long[Tally.COUNT];

    /** Opens a tally for one writer. */
    public synchronized Tally open() {
        Tally tally = new Tally();
        tallies.add(tally);
        return tally;
    }

    /** Keeps what {@code tally} has counted and releases it. Its writer must be done. */
    public synchronized void close(Tally tally) {
        if (tallies.remove(tally)) {
            tally.addTo(closed);
        }
    }

    /** Includes a group in the sums from now on. */
    public synchronized void add(Tallies group) {
        groups.add(group);
    }

    /** Keeps what {@code group} has counted and releases it. Its writers must be done. */
    public synchronized void close(Tallies group) {
        if (groups.remove(group)) {
            group.addTo(closed);
        }
    }

    /** All that was counted up to now. */
    public TrafficSums sums() {
        long[] sums = new long[Tally.COUNT];
        addTo(sums);
        return new TrafficSums(sums);
    }

    private synchronized void addTo(long[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += closed[i];
        }
        for (Tally tally : tallies) {
            tally.addTo(sums);
        }
        for (Tallies group : groups) {
            group.addTo(sums);
        }
    }
}
