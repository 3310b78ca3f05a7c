package badger.tun;

import java.lang.foreign.MemorySegment;

/**
 * A writing end of a {@link Tun}: packets that arrived for this host. Used by one thread; never blocks. Where the device
 * has no offloads the headers must be all zeros, and anything else is an {@link AssertionError}.
 */
public interface TunWriter {
    /**
     * Hands the kernel one IP packet: the {@link badger.linux.VirtioNetHeader} at {@code [at, at + 10)} of a native
     * segment and the packet of {@code length} bytes behind it.
     *
     * @return {@code length}, or {@code -errno}: the packet is then lost ({@code EIO} when the device is down,
     *     {@code EINVAL} when it is no IP packet or its header does not fit it)
     */
    int write(MemorySegment buffer, long at, int length);

    /**
     * As {@link #write(MemorySegment, long, int)}, for a packet in pieces.
     *
     * @return the packet's length without its header, or {@code -errno}
     */
    int write(GatherList pieces);
}
