package badger.testing;

import badger.tun.TunReader;
import java.lang.foreign.MemorySegment;

/** Reading from a TUN for tests that have nothing else to do. */
public final class TunReads {
    private TunReads() {}

    /** As {@link TunReader#read}, but waits until there is something to return. */
    public static int next(TunReader reader, MemorySegment into, long at, int capacity) {
        int length = reader.read(into, at, capacity);
        while (length == TunReader.NOTHING_WAITING) {
            reader.await();
            length = reader.read(into, at, capacity);
        }
        return length;
    }
}
