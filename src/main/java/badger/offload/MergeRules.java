package badger.offload;

/**
 * What a {@link Coalescer} may do.
 *
 * @param mergesTcp whether the kernel takes TCP super-packets
 * @param mergesUdp whether the kernel takes UDP super-packets (Linux 6.2 and later)
 * @param checksumsArePartial whether the peer leaves TCP and UDP checksums unfinished, as two nodes can agree; then the
 *     kernel is told to trust them, because the record's tag has vouched for every byte
 * @param maximumSegments how many packets one super-packet may hold, 1 to {@link #MOST_SEGMENTS}
 */
public record MergeRules(boolean mergesTcp, boolean mergesUdp, boolean checksumsArePartial, int maximumSegments) {
    /** Kernels before 6.9 hold 64 segments to be the most in UDP (UDP_MAX_SEGMENTS). */
    public static final int MOST_SEGMENTS = 64;

    public MergeRules {
        if (maximumSegments < 1 || maximumSegments > MOST_SEGMENTS) {
            throw new IllegalArgumentException("maximumSegments=" + maximumSegments);
        }
    }
}
