package badger.linux;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;

/** An epoll(7) instance. One thread waits. Each thread that registers descriptors has an {@link EpollControl}. */
public final class Epoll implements AutoCloseable {
    private static final int FOREVER = -1;

    private final Descriptor descriptor;

    private Epoll(int fd) {
        descriptor = new Descriptor(fd);
    }

    public static Epoll open() {
        try (Arena callArena = Arena.ofConfined()) {
            int fd = new Syscalls(callArena).epoll_create1(linux_h.EPOLL_CLOEXEC());
            return new Epoll(LinuxException.check("epoll_create1", fd, ""));
        }
    }

    /** An end to register descriptors, for one thread at a time. Its native state lives in {@code ownerArena}. */
    public EpollControl control(Arena ownerArena) {
        return new EpollControl(ownerArena, descriptor);
    }

    /**
     * Blocks until something happens.
     *
     * @return the number of {@code events} that the kernel wrote, or {@code -EINTR}
     */
    public int await(Syscalls syscalls, EpollEvents events) {
        int count = syscalls.epoll_wait(descriptor.fd(), events.segment(), events.capacity(), FOREVER);
        return count == -Errno.EINTR ? count : LinuxException.check("epoll_wait", count, "");
    }

    /**
     * Must be called when no thread waits any more. It waits for controls in a call; later calls of theirs do nothing.
     */
    @Override
    public void close() {
        descriptor.close();
    }
}
