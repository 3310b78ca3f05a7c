package badger.linux;

import badger.bindings.linux.linux_h;
import badger.bindings.linux.pollfd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A few descriptors that one thread waits on until one is readable (poll(2)). */
public final class PollSet {
    public static final int FOREVER = -1;

    private final MemorySegment pollfds;
    private final int count;

    public PollSet(Arena ownerArena, int... fds) {
        count = fds.length;
        pollfds = pollfd.allocateArray(count, ownerArena);
        for (int i = 0; i < count; i++) {
            MemorySegment entry = pollfd.asSlice(pollfds, i);
            pollfd.fd(entry, fds[i]);
            pollfd.events(entry, (short) linux_h.POLLIN());
        }
    }

    /** Whether the last {@link #await} found the descriptor of that place readable or in error. */
    public boolean isReady(int index) {
        return pollfd.revents(pollfd.asSlice(pollfds, index)) != 0;
    }

    /**
     * Blocks until a descriptor is readable or in error, or the time is over.
     *
     * @return how many are, or {@code -EINTR}
     */
    public int await(Syscalls syscalls, int timeoutMillis) {
        int ready = syscalls.poll(pollfds, count, timeoutMillis);
        return ready == -Errno.EINTR ? ready : LinuxException.check("poll", ready, "count=" + count);
    }
}
