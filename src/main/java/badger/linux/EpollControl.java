package badger.linux;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;

/** One thread's end of an {@link Epoll}: tells it what to wait for (epoll_ctl(2)). */
public final class EpollControl {
    private final DescriptorUse epollUse;
    private final Syscalls syscalls;
    private final EpollEvents event;

    EpollControl(Arena ownerArena, Descriptor epoll) {
        epollUse = epoll.use(ownerArena);
        syscalls = new Syscalls(ownerArena);
        event = new EpollEvents(ownerArena, 1);
    }

    /**
     * Makes the wait return {@code data} as long as {@code fd} is readable. Like {@link #watchOnce}, it does nothing
     * once the epoll is closed.
     */
    public void watch(int fd, long data) {
        control(fd, EpollEvents.READABLE, data);
    }

    /** Makes the wait return {@code data} once, when {@code fd} is readable; at once if it is readable already. */
    public void watchOnce(int fd, long data) {
        control(fd, EpollEvents.READABLE_ONCE, data);
    }

    private void control(int fd, int events, long data) {
        int epoll = epollUse.enter();
        if (epoll < 0) {
            return;
        }
        try {
            event.set(0, events, data);
            int result = syscalls.epoll_ctl(epoll, linux_h.EPOLL_CTL_MOD(), fd, event.segment());
            if (result == -Errno.ENOENT) {
                // The first time for this file. A closed descriptor leaves an epoll by itself, so the next file of
                // that number is unknown here too.
                result = syscalls.epoll_ctl(epoll, linux_h.EPOLL_CTL_ADD(), fd, event.segment());
            }
            if (result < 0) {
                throw new LinuxException("epoll_ctl", -result, "fd=" + fd);
            }
        } finally {
            epollUse.leave();
        }
    }
}
