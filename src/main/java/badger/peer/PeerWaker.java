package badger.peer;

import badger.session.PeerPath;
import badger.thread.ThreadOwner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Lets a peer's thread rest until there is work, without losing a wake-up. */
public final class PeerWaker {
    private static final int RUNNING = 0;
    private static final int SIGNALLED = 1;
    private static final int PARKED = 2;
    private static final int WAITING = 3;

    /** Stands for no deadline. A time with this value is set one nanosecond later. */
    private static final long NEVER = Long.MIN_VALUE;

    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final ThreadOwner owner;
    private volatile PeerPath waitingAt;
    private volatile long deadlineNanos = NEVER;

    /** @param owner the thread that rests here; it has adopted what it owns before it rests */
    public PeerWaker(ThreadOwner owner) {
        this.owner = owner;
    }

    /** Makes the peer's thread look at everything once more. Any thread; cheap while that thread is running. */
    public void wake() {
        int before = state.getAndSet(SIGNALLED);
        if (before == PARKED) {
            LockSupport.unpark(owner.thread());
        } else if (before == WAITING) {
            waitingAt.interrupt();
        }
    }

    /** Called by the peer's thread before it looks for work: no wake-up after this call is lost. */
    public void startRound() {
        // An exchange, not a mere write: whatever the waking thread did before is visible after it.
        state.getAndSet(RUNNING);
    }

    /** Parks the peer's thread until the next {@link #wake}; returns at once if one came since {@link #startRound}. */
    public void park() {
        if (state.compareAndSet(RUNNING, PARKED)) {
            while (state.get() == PARKED) {
                LockSupport.park(this);
            }
        }
    }

    /**
     * As {@link #park}, but the thread blocks, with its carrier, in the system call that waits for {@code path}'s own
     * socket: a datagram wakes it without another thread between.
     *
     * @return whether a datagram is waiting; false if the thread was woken or the time is over
     */
    public boolean waitAt(PeerPath path, int timeoutMillis) {
        waitingAt = path;
        return !state.compareAndSet(RUNNING, WAITING) || path.awaitReadable(timeoutMillis);
    }

    /** Makes the timer wake the peer's thread at that time, in {@link System#nanoTime} terms, and not before. */
    public void wakeAt(long nanos) {
        deadlineNanos = nanos == NEVER ? nanos + 1 : nanos;
    }

    /** Makes the timer leave the peer's thread alone. */
    public void wakeNever() {
        deadlineNanos = NEVER;
    }

    /** Called by the timer's thread. */
    public void wakeIfDue(long nowNanos) {
        long due = deadlineNanos;
        if (due != NEVER && nowNanos - due >= 0) {
            wake();
        }
    }
}
