package badger.tun;

import java.lang.foreign.MemorySegment;

/** The reading end of a {@link Tun}: packets that this host sends into the mesh. Used by one platform thread. */
public interface TunReader {
    /** What {@link #read} returns once the device is closed. */
    int CLOSED = 0;

    /**
     * Blocks until a packet comes and reads it into {@code [at, at + capacity)} of a native segment.
     *
     * @return its length in bytes, or {@link #CLOSED}
     */
    int read(MemorySegment into, long at, int capacity);
}
