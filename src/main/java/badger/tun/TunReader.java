package badger.tun;

import java.lang.foreign.MemorySegment;

/** The reading end of a {@link Tun}: packets that this host sends into the mesh. Used by one platform thread. */
public interface TunReader {
    /** What {@link #read} returns once the device is closed. */
    int CLOSED = 0;

    /**
     * Blocks until a packet comes and reads it into a native segment: its {@link badger.linux.VirtioNetHeader} to
     * {@code [at, at + 10)} and the packet behind it. Where the device has no such offload the header is all zeros;
     * where it has, the packet may be a super-packet of up to 65,535 bytes or lack its checksum.
     *
     * @param capacity the room from {@code at} on, header included, in bytes
     * @return the packet's length in bytes, without the header, or {@link #CLOSED}
     */
    int read(MemorySegment into, long at, int capacity);

    /** How often a read has had to wait so far, the one that waits now left out. Asked by the reading thread. */
    long wakeUps();
}
