package badger.linux;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An eventfd(2): makes a poll or epoll_wait of another thread return, and every later one too. */
public final class EventFd implements AutoCloseable {
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

    /** The number to wait on; whoever waits must have stopped before {@link #close}. */
    public int fd() {
        return descriptor.fd();
    }

    /** Makes it readable for good. Any thread may call it, before {@link #close}. */
    public void signal() {
        try (Arena callArena = Arena.ofConfined()) {
            MemorySegment one = callArena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
            int written = new Syscalls(callArena).write(fd(), one, 0, Long.BYTES);
            // EAGAIN means that the counter is full, so it is readable already.
            if (written != -Errno.EAGAIN) {
                LinuxException.check("write", written, "eventfd=" + fd());
            }
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
