package badger.tun;

import badger.linux.IoVectorBytes;

/** Reads what a {@link GatherList} points to, for writers that stand in for the kernel. */
public final class GatherListBytes {
    private GatherListBytes() {}

    /** The header and the packet, {@link GatherList#bytes} in all. */
    public static byte[] of(GatherList pieces) {
        return IoVectorBytes.of(pieces.vector());
    }
}
