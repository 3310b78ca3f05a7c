package badger.offload;

/**
 * The ranges of one buffer that make a super-packet when they are written one after the other: the virtio header with
 * the first packet, then the payload of each further packet. The object is reused, and valid only during the call that
 * hands it out.
 */
public final class MergedRanges {
    private final long[] offsets = new long[MergeRules.MOST_SEGMENTS];
    private final int[] lengths = new int[MergeRules.MOST_SEGMENTS];
    private int count;

    MergedRanges() {}

    public int count() {
        return count;
    }

    /** The offset of a range in the buffer. */
    public long at(int index) {
        return offsets[index];
    }

    /** The length of a range in bytes. */
    public int length(int index) {
        return lengths[index];
    }

    void clear() {
        count = 0;
    }

    void add(long at, int length) {
        offsets[count] = at;
        lengths[count] = length;
        count++;
    }
}
