package badger.linux;

import badger.bindings.linux.linux_h;
import badger.bindings.linux.pollfd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

    /** Whether the last {@link #await} found descriptor {@code index} readable or in error. */
    public boolean isReady(int index) {
        // By offset, because a slice would be an object unless C2 removes it, and busy peers ask all the time.
        return pollfds.get(ValueLayout.JAVA_SHORT, index * pollfd.sizeof() + pollfd.revents$offset()) != 0;
    }

    /**
     * Blocks until a descriptor is readable or in error, or the time is over.
     *
     * @return the number of such descriptors, or {@code -EINTR}
     */
    public int await(Syscalls syscalls, int timeoutMillis) {
        int ready = syscalls.poll(pollfds, count, timeoutMillis);
        if (ready < 0 && ready != -Errno.EINTR) {
            // The text is made only here, because this method runs for every packet of a quiet flow.
            throw new LinuxException("poll", -ready, "count=" + count);
        }
        return ready;
    }
}
