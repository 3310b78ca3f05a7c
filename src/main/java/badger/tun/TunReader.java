package badger.tun;

import java.lang.foreign.MemorySegment;

/** The reading end of a {@link Tun}: packets that this host sends into the mesh. Used by one platform thread. */
public interface TunReader {
    /** What {@link #read} returns once the device is closed. */
    int CLOSED = 0;

    /** What {@link #read} returns when no packet waits. */
    int NOTHING_WAITING = -1;

    /**
     * Reads the next packet, if one waits, into a native segment: its {@link badger.linux.VirtioNetHeader} to
     * {@code [at, at + 10)} and the packet behind it. If the device has no offloads, the header is all zeros. If it
     * has, the packet may be a super-packet of up to 65,535 bytes or lack its checksum.
     *
     * @param capacity the room from {@code at} on, in bytes, header included
     * @return the packet's length in bytes, without the header, or {@link #NOTHING_WAITING}, or {@link #CLOSED}
     */
    int read(MemorySegment into, long at, int capacity);

    /**
     * Blocks until a packet waits or the device is closed; the next {@link #read} tells which. It may return sooner.
     */
    void await();
}
