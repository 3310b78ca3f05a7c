package badger.offload;

/**
 * What a {@link Coalescer} may do.
 *
 * @param mergesTcp4 whether the kernel takes TCP super-packets over IPv4
 * @param mergesTcp6 the same over IPv6
 * @param mergesUdp whether the kernel takes UDP super-packets (Linux 6.2 and later)
 * @param checksumsArePartial whether the peer leaves TCP and UDP checksums unfinished, as two nodes can agree; then the
 *     kernel is told to trust them, because the record's tag has authenticated every byte
 * @param maximumSegments how many packets one super-packet may hold, 1 to {@link #MOST_SEGMENTS}
 */
public record MergeRules(
        boolean mergesTcp4, boolean mergesTcp6, boolean mergesUdp, boolean checksumsArePartial, int maximumSegments) {
    /** Kernels before 6.9 take at most 64 segments in UDP (UDP_MAX_SEGMENTS). */
    public static final int MOST_SEGMENTS = 64;

    public MergeRules {
        if (maximumSegments < 1 || maximumSegments > MOST_SEGMENTS) {
            throw new IllegalArgumentException("maximumSegments=" + maximumSegments);
        }
    }

    /** Rules that are the same for TCP over IPv4 and IPv6. */
    public MergeRules(boolean mergesTcp, boolean mergesUdp, boolean checksumsArePartial, int maximumSegments) {
        this(mergesTcp, mergesTcp, mergesUdp, checksumsArePartial, maximumSegments);
    }

    boolean mergesTcp(boolean isIpv4) {
        return isIpv4 ? mergesTcp4 : mergesTcp6;
    }
}
