package badger.linux;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An eventfd(2): makes a poll or epoll_wait of another thread return, and all later ones until it is cleared. */
public final class EventFd implements AutoCloseable {
    /** The bytes that a read of it needs. */
    public static final int VALUE_BYTES = Long.BYTES;

    private final Descriptor descriptor;

    private EventFd(int fd) {
        descriptor = new Descriptor(fd);
    }

    public static EventFd open() {
        try (Arena callArena = Arena.ofConfined()) {
            int flags = linux_h.EFD_CLOEXEC() | linux_h.EFD_NONBLOCK();
            return new EventFd(LinuxException.check("eventfd", new Syscalls(callArena).eventfd(0, flags), ""));
        }
    }

    /** The number to wait on. All waits must have ended before {@link #close}. */
    public int fd() {
        return descriptor.fd();
    }

    /** Makes it readable until {@link #clear}. Any thread may call it, before {@link #close}. */
    public void signal() {
        try (Arena callArena = Arena.ofConfined()) {
            MemorySegment one = callArena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
            int written = new Syscalls(callArena).write(fd(), one, 0, Long.BYTES);
            // EAGAIN: the counter is full, so the descriptor is readable already.
            if (written != -Errno.EAGAIN) {
                LinuxException.check("write", written, "eventfd=" + fd());
            }
        }
    }

    /**
     * Makes it unreadable again.
     *
     * @param scratch {@link #VALUE_BYTES} of native memory, overwritten
     */
    public void clear(Syscalls syscalls, MemorySegment scratch) {
        int read = syscalls.read(fd(), scratch, 0, VALUE_BYTES);
        // EAGAIN: it was not readable.
        if (read != -Errno.EAGAIN && read != -Errno.EINTR) {
            LinuxException.check("read", read, "eventfd=" + fd());
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
