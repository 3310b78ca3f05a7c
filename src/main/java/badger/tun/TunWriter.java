package badger.tun;

import java.lang.foreign.MemorySegment;

/**
 * A writing end of a {@link Tun}: packets that arrived for this host. Used by one thread; never blocks. If the device
 * has no offloads, the headers must be all zeros; anything else is an {@link AssertionError}.
 */
public interface TunWriter {
    /**
     * Hands the kernel one IP packet: the {@link badger.linux.VirtioNetHeader} at {@code [at, at + 10)} of a native
     * segment and the packet of {@code length} bytes behind it.
     *
     * @return {@code length}, or {@code -errno}, and then the packet is lost: {@code EIO} if the device is down,
     *     {@code EINVAL} if it is no IP packet or its virtio header is wrong for it
     */
    int write(MemorySegment buffer, long at, int length);

    /**
     * As {@link #write(MemorySegment, long, int)}, for a packet in pieces.
     *
     * @return the packet's length without its header, or {@code -errno}
     */
    int write(GatherList pieces);
}
