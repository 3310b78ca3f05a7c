package badger.linux;

import badger.bindings.linux.epoll_event;
import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An array of epoll_event (epoll_event(3type)): a set of events each, and a number that the kernel hands back. One
 * thread.
 *
 * <p>The struct is packed on x86-64 and nowhere else (the kernel's EPOLL_PACKED), so that 32-bit programs see the same
 * layout. On x86-64 the number stands at 4 and the size is 12, elsewhere 8 and 16. The bindings were written on x86-64
 * and have the packed form. This is the only struct whose offsets differ from theirs on other machines.
 */
public final class EpollEvents {
    /** Readable; disabled after one event until it is set again. */
    static final int READABLE_ONCE = linux_h.BADGER_EPOLLIN() | linux_h.BADGER_EPOLLONESHOT();

    static final int READABLE = linux_h.BADGER_EPOLLIN();

    private static final boolean IS_PACKED = System.getProperty("os.arch").equals("amd64");
    static final long DATA_OFFSET = IS_PACKED ? epoll_event.data$offset() : Long.BYTES;
    static final long EVENT_BYTES = IS_PACKED ? epoll_event.sizeof() : 2L * Long.BYTES;

    private final MemorySegment segment;
    private final int capacity;

    public EpollEvents(Arena ownerArena, int capacity) {
        this.capacity = capacity;
        segment = ownerArena.allocate(EVENT_BYTES * capacity, Long.BYTES);
    }

    void set(int index, int events, long data) {
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, index * EVENT_BYTES + epoll_event.events$offset(), events);
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, index * EVENT_BYTES + DATA_OFFSET, data);
    }

    /** The number that the descriptor was registered with. */
    public long data(int index) {
        return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, index * EVENT_BYTES + DATA_OFFSET);
    }

    int capacity() {
        return capacity;
    }

    MemorySegment segment() {
        return segment;
    }
}
