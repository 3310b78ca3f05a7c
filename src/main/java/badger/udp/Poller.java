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
 * The one platform thread, {@code badger-poller}, that waits for all armed sockets of a network and runs their wake-ups.
 * It starts with the first socket that is watched.
 */
final class Poller implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Poller.class.getName());
    private static final int EVENTS_PER_WAIT = 64;
    private static final long CLOSING = -1;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Shared, because each socket is armed by its own peer's thread. Closed when nobody can arm any more. */
    private final Arena pollerArena = Arena.ofShared();

    /** By file descriptor, so bounded by RLIMIT_NOFILE. Written under the monitor; replaced as a whole when it grows. */
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
        Watch watch = new Watch(slots[fd], descriptor.lease(), (long) generation << 32 | fd, wakeUp);
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
                    // Without this thread every peer would be deaf between two ticks of the timer.
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
        // An event may have waited here while its socket was closed and its number given out again.
        if (watch != null && watch.data == data) {
            try {
                watch.wakeUp.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a wake-up failed", e);
            }
        }
    }

    /** What belongs to one file descriptor number, whichever socket has it: native memory is not allocated anew. */
    private static final class Slot {
        private final EpollControl control;
        private volatile Watch watch;

        private Slot(EpollControl control) {
            this.control = control;
        }
    }

    /** One socket's place with the poller. */
    static final class Watch {
        private final Slot slot;
        private final DescriptorUse lease;
        private final long data;
        private final Runnable wakeUp;

        private Watch(Slot slot, DescriptorUse lease, long data, Runnable wakeUp) {
            this.slot = slot;
            this.lease = lease;
            this.data = data;
            this.wakeUp = wakeUp;
        }

        /** Asks for one wake-up; for one thread at a time. Does nothing once the socket or the network is closed. */
        void arm() {
            int fd = lease.enter();
            if (fd < 0) {
                return;
            }
            try {
                slot.control.watchOnce(fd, data);
            } finally {
                lease.leave();
            }
        }

        /** No wake-up comes after this. To be called before the socket closes, while its number is still its own. */
        void end() {
            slot.watch = null;
        }
    }
}
