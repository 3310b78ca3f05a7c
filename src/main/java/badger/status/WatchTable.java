package badger.status;

import badger.counter.Ratio;
import badger.counter.Traffic;
import badger.counter.TrafficSums;
import java.util.Locale;

/** A table of what a node carries: one line for each interval, with a heading now and then. Used by one thread. */
public final class WatchTable {
    private static final int LINES_PER_HEADING = 20;
    private static final String HEADING = String.format(
            Locale.ROOT,
            "%11s %11s %11s %11s %10s %8s %10s %10s %9s %9s%n%11s %11s %11s %11s %10s %8s %10s %10s %9s %9s%n",
            "Mbit/s",
            "Mbit/s",
            "records/s",
            "records/s",
            "bytes per",
            "segments",
            "bytes per",
            "segments",
            "wake-ups",
            "drops",
            "out",
            "in",
            "out",
            "in",
            "TUN read",
            "per send",
            "receive",
            "per write",
            "per super",
            "");

    private int lines;

    /** The line for the time between two moments, after the heading if that is due. */
    public String lines(NodeStatus status, NodeStatus earlier) {
        TrafficSums difference = status.traffic().since(earlier.traffic());
        double seconds = status.up().minus(earlier.up()).toNanos() / 1e9;
        String line = String.format(
                Locale.ROOT,
                "%,11.1f %,11.1f %,11.0f %,11.0f %10s %8s %10s %10s %9s %,9d%n",
                difference.of(Traffic.SEALED_BYTES) * 8 / seconds / 1e6,
                difference.of(Traffic.OPENED_BYTES) * 8 / seconds / 1e6,
                difference.of(Traffic.RECORDS_SEALED) / seconds,
                difference.of(Traffic.RECORDS_OPENED) / seconds,
                StatusTable.ratio(Ratio.BYTES_PER_TUN_READ.of(difference)),
                StatusTable.ratio(Ratio.SEGMENTS_PER_SEND.of(difference)),
                StatusTable.ratio(Ratio.BYTES_PER_RECEIVE.of(difference)),
                StatusTable.ratio(Ratio.SEGMENTS_PER_TUN_WRITE.of(difference)),
                StatusTable.ratio(Ratio.WAKE_UPS_PER_SUPER_PACKET.of(difference)),
                status.dropped() - earlier.dropped());
        return lines++ % LINES_PER_HEADING == 0 ? HEADING + line : line;
    }
}
