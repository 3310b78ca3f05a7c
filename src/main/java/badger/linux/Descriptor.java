package badger.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * The one owner of a file descriptor. The kernel gives a closed number out again at once, so a call that comes a moment
 * too late would reach another file. Each thread therefore makes its calls through a {@link DescriptorUse} of its own,
 * and {@link #close} waits until no thread is in a call. Any thread may call.
 */
public final class Descriptor implements AutoCloseable {
    /** About the time of a non-blocking call. */
    private static final long CALL_NANOS = 5_000;

    private final int fd;
    private final IntConsumer wakeBlockedCalls;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    // Bounded by the threads that use the descriptor: a use is removed with its arena.
    private final Set<DescriptorUse> uses = ConcurrentHashMap.newKeySet();

    /** @param wakeBlockedCalls gets the descriptor when it closes, and must end every blocking call on it */
    public Descriptor(int fd, IntConsumer wakeBlockedCalls) {
        this.fd = fd;
        this.wakeBlockedCalls = wakeBlockedCalls;
    }

    /** An owner of a descriptor on which no call blocks. */
    public Descriptor(int fd) {
        this(fd, ignored -> {});
    }

    /** A use of the descriptor for one thread at a time, until {@code ownerArena} closes. */
    @SuppressWarnings("restricted")
    public DescriptorUse use(Arena ownerArena) {
        DescriptorUse use = use();
        // The cleanup of a segment is the only hook for the end of an arena.
        MemorySegment unused = ownerArena.allocate(1).reinterpret(ownerArena, ignored -> uses.remove(use));
        assert unused.byteSize() == 1;
        return use;
    }

    /** As {@link #use(Arena)}, for as long as the descriptor itself. */
    public DescriptorUse use() {
        DescriptorUse use = new DescriptorUse(this);
        uses.add(use);
        return use;
    }

    public boolean isClosed() {
        return isClosed.get();
    }

    /** The number itself, for a {@link PollSet} that is waited on between {@code enter} and {@code leave}. */
    public int fd() {
        return fd;
    }

    /** Safe to call twice, and by any thread that is not itself between {@code enter} and {@code leave}. */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        wakeBlockedCalls.accept(fd);
        for (DescriptorUse use : uses) {
            while (use.isInCall()) {
                LockSupport.parkNanos(CALL_NANOS);
            }
        }
        try (Arena callArena = Arena.ofConfined()) {
            // Linux frees the number even if close reports an error (close(2)), so an error needs no action.
            int ignored = new Syscalls(callArena).close(fd);
            assert ignored != -Errno.EBADF : "somebody else closed descriptor " + fd;
        }
    }
}
