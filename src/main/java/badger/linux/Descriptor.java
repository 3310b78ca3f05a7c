package badger.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * The one owner of a file descriptor. The kernel gives a closed number out again at once, so a call that is late by a
 * moment would reach somebody else's file. Each thread therefore makes its calls through a {@link DescriptorUse} of its own, and
 * {@link #close} waits until no lease is in a call.
 */
public final class Descriptor implements AutoCloseable {
    /** About what a non-blocking call takes. */
    private static final long CALL_NANOS = 5_000;

    private final int fd;
    private final IntConsumer wakeBlockedCalls;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    // Bounded by the threads that use the descriptor: a lease leaves with its arena.
    private final Set<DescriptorUse> leases = ConcurrentHashMap.newKeySet();

    /** @param wakeBlockedCalls gets the descriptor when it closes, and must end every blocking call on it */
    public Descriptor(int fd, IntConsumer wakeBlockedCalls) {
        this.fd = fd;
        this.wakeBlockedCalls = wakeBlockedCalls;
    }

    /** For a descriptor that nobody blocks on. */
    public Descriptor(int fd) {
        this(fd, ignored -> {});
    }

    /** The right of one thread at a time to use the descriptor, until {@code ownerArena} closes. */
    @SuppressWarnings("restricted")
    public DescriptorUse lease(Arena ownerArena) {
        DescriptorUse lease = lease();
        // The arena has no other hook for its end than the cleanup of a segment in it.
        MemorySegment unused = ownerArena.allocate(1).reinterpret(ownerArena, ignored -> leases.remove(lease));
        assert unused.byteSize() == 1;
        return lease;
    }

    /** As {@link #lease(Arena)}, for one that lasts as long as the descriptor itself. */
    public DescriptorUse lease() {
        DescriptorUse lease = new DescriptorUse(this);
        leases.add(lease);
        return lease;
    }

    public boolean isClosed() {
        return isClosed.get();
    }

    /** The number itself, for a set that is waited on inside a lease. */
    public int fd() {
        return fd;
    }

    /** Safe to call twice and by any thread that is not inside a lease itself. */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        wakeBlockedCalls.accept(fd);
        for (DescriptorUse lease : leases) {
            while (lease.isInCall()) {
                LockSupport.parkNanos(CALL_NANOS);
            }
        }
        try (Arena callArena = Arena.ofConfined()) {
            // Linux frees the number even where close reports an error (close(2)): there is nothing to do about one.
            int ignored = new Syscalls(callArena).close(fd);
            assert ignored != -Errno.EBADF : "somebody else closed descriptor " + fd;
        }
    }
}
