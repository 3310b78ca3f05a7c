package badger.counter;

import java.util.Locale;
import java.util.OptionalDouble;

/** How well packets travel together, as ratios of counts. docs/PERFORMANCE.md says how to read each. */
public enum Ratio {
    BYTES_PER_TUN_READ("bytes per TUN read", 55_000, true),
    SEGMENTS_PER_SEND("segments per send", 40, true),
    BYTES_PER_RECEIVE("bytes per receive", 55_000, true),
    SEGMENTS_PER_TUN_WRITE("segments per TUN write", 40, true),
    WAKE_UPS_PER_SUPER_PACKET("wake-ups per super-packet", 4, false);

    private final String description;
    private final int target;
    private final boolean isMoreBetter;

    Ratio(String description, int target, boolean isMoreBetter) {
        this.description = description;
        this.target = target;
        this.isMoreBetter = isMoreBetter;
    }

    /** A few words for people. */
    public String description() {
        return description;
    }

    /** The name for programs, such as {@code segments_per_send}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What one TCP stream that fills the link should reach in the direction of its data. */
    public int target() {
        return target;
    }

    /** Whether the target is the least good value; else it is the largest good one. */
    public boolean isMoreBetter() {
        return isMoreBetter;
    }

    /** The ratio; empty if the divisor is 0. */
    public OptionalDouble of(TrafficSums sums) {
        return switch (this) {
            case BYTES_PER_TUN_READ -> divide(sums.of(Traffic.TUN_READ_BYTES), sums.of(Traffic.TUN_READS));
            case SEGMENTS_PER_SEND -> divide(sums.of(Traffic.DATAGRAMS_SENT), sums.of(Traffic.SENDS));
            case BYTES_PER_RECEIVE -> divide(sums.of(Traffic.BYTES_RECEIVED), sums.of(Traffic.RECEIVES));
            case SEGMENTS_PER_TUN_WRITE -> divide(sums.of(Traffic.TUN_WRITTEN_SEGMENTS), sums.of(Traffic.TUN_WRITES));
            case WAKE_UPS_PER_SUPER_PACKET ->
                divide(
                        sums.of(Traffic.TUN_READER_WAKE_UPS)
                                + sums.of(Traffic.PEER_WAKE_UPS)
                                + sums.of(Traffic.POLLER_WAKE_UPS)
                                + sums.of(Traffic.MAIN_SOCKET_WAKE_UPS),
                        sums.of(Traffic.TUN_READ_SUPER_PACKETS) + sums.of(Traffic.TUN_WRITTEN_SUPER_PACKETS));
        };
    }

    private static OptionalDouble divide(long count, long by) {
        return by == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) count / by);
    }
}
