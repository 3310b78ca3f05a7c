package badger.udp;

import badger.linux.Descriptor;
import badger.linux.DescriptorUse;
import badger.linux.Epoll;
import badger.linux.EpollControl;
import badger.linux.EpollEvents;
import badger.linux.EventFd;
import badger.linux.Syscalls;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The platform thread {@code badger-poller}, which waits for all armed sockets of a network and runs their wake-ups. It
 * starts with the first socket that is watched. Any thread may call.
 */
final class Poller implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Poller.class.getName());
    private static final int EVENTS_PER_WAIT = 64;
    private static final long CLOSING = -1;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Shared, because the thread of each peer arms its own socket. Closed when no thread can arm any more. */
    private final Arena pollerArena = Arena.ofShared();

    /**
     * Indexed by file descriptor, so bounded by RLIMIT_NOFILE. Written under the monitor; growing replaces the array.
     */
    private volatile Slot[] slots = new Slot[16];

    private int generation;
    private Epoll epoll;
    private EventFd closing;
    private Thread thread;
    private volatile boolean isClosed;

    /** Prepares a socket to be armed. */
    synchronized Watch watch(Descriptor descriptor, Runnable wakeUp) {
        if (isClosed) {
            throw new IllegalStateException("the network is closed");
        }
        if (thread == null) {
            start();
        }
        int fd = descriptor.fd();
        if (fd >= slots.length) {
            slots = Arrays.copyOf(slots, Math.max(fd + 1, 2 * slots.length));
        }
        if (slots[fd] == null) {
            slots[fd] = new Slot(epoll.control(pollerArena));
        }
        generation = (generation + 1) & Integer.MAX_VALUE;
        Watch watch = new Watch(slots[fd], descriptor.use(), (long) generation << 32 | fd, wakeUp);
        slots[fd].watch = watch;
        return watch;
    }

    /** Ends the thread and waits for it. Safe to call twice. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (thread != null) {
            closing.signal();
            joinThread();
            epoll.close();
            closing.close();
        }
        pollerArena.close();
    }

    private void start() {
        epoll = Epoll.open();
        closing = EventFd.open();
        epoll.control(pollerArena).watch(closing.fd(), CLOSING);
        thread = Thread.ofPlatform().daemon().name("badger-poller").start(this::run);
    }

    private void joinThread() {
        boolean wasInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (Arena threadArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(threadArena);
            EpollEvents events = new EpollEvents(threadArena, EVENTS_PER_WAIT);
            while (!isClosed) {
                try {
                    wakeAll(epoll.await(syscalls, events), events);
                } catch (RuntimeException unexpected) {
                    // Without this thread no peer would read between two ticks of the timer.
                    LOG.log(System.Logger.Level.ERROR, "badger-poller goes on", unexpected);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private void wakeAll(int count, EpollEvents events) {
        for (int i = 0; i < count; i++) {
            wake(events.data(i));
        }
    }

    private void wake(long data) {
        if (data == CLOSING) {
            return;
        }
        Watch watch = slots[(int) data].watch;
        // The event may be older than the socket: its own was closed, and the number was given out again.
        if (watch != null && watch.data == data) {
            try {
                watch.wakeUp.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a wake-up failed", e);
            }
        }
    }

    /** Belongs to a descriptor number, whichever socket has it, so that native memory is allocated once only. */
    private static final class Slot {
        private final EpollControl control;
        private volatile Watch watch;

        private Slot(EpollControl control) {
            this.control = control;
        }
    }

    /** One socket at the poller. */
    static final class Watch {
        private final Slot slot;
        private final DescriptorUse descriptorUse;
        private final long data;
        private final Runnable wakeUp;

        private Watch(Slot slot, DescriptorUse descriptorUse, long data, Runnable wakeUp) {
            this.slot = slot;
            this.descriptorUse = descriptorUse;
            this.data = data;
            this.wakeUp = wakeUp;
        }

        /** Asks for one wake-up. For one thread at a time. Does nothing once the socket or the network is closed. */
        void arm() {
            int fd = descriptorUse.enter();
            if (fd < 0) {
                return;
            }
            try {
                slot.control.watchOnce(fd, data);
            } finally {
                descriptorUse.leave();
            }
        }

        /** Ends all wake-ups. Must be called before the socket closes, while the descriptor number is still its own. */
        void end() {
            slot.watch = null;
        }
    }
}
