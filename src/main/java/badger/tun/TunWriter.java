package badger.tun;

import java.lang.foreign.MemorySegment;

/** A writing end of a {@link Tun}: packets that arrived for this host. Used by one thread; never blocks. */
public interface TunWriter {
    /**
     * Hands the kernel one IP packet.
     *
     * @return {@code length}, or {@code -errno}: the packet is then lost ({@code EIO} when the device is down,
     *     {@code EINVAL} when it is no IP packet)
     */
    int write(MemorySegment packet, long at, int length);
}
