package badger.peer;

import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A socket on which nothing ever comes; it can only be waited at and interrupted, by the contract of {@link UdpSocket}.
 */
final class SilentSocket implements UdpSocket, UdpReceiver {
    private final AtomicBoolean isInterrupted = new AtomicBoolean();
    private volatile Thread waiter;

    @Override
    public boolean awaitReadable(int timeoutMillis) {
        waiter = Thread.currentThread();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (!isInterrupted.getAndSet(false) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, end - System.nanoTime());
        }
        return false;
    }

    @Override
    public void interrupt() {
        isInterrupted.set(true);
        LockSupport.unpark(waiter);
    }

    @Override
    public boolean awaitReadable() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int receive(MemorySegment into, long at, int capacity) {
        return NOTHING_WAITING;
    }

    @Override
    public int segmentBytes() {
        return 0;
    }

    @Override
    public long sourceHigh() {
        return 0;
    }

    @Override
    public long sourceLow() {
        return 0;
    }

    @Override
    public int sourcePort() {
        return 0;
    }

    @Override
    public int localPort() {
        return 1;
    }

    @Override
    public Endpoint localEndpoint() {
        return new Endpoint(0, 1, 1);
    }

    @Override
    public UdpReceiver receiver(Arena ownerArena) {
        return this;
    }

    @Override
    public UdpSender sender(Arena ownerArena) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onReadable(Runnable wakeUp) {}

    @Override
    public void armReadable() {}

    @Override
    public boolean keepWhole(boolean isKeptWhole) {
        return false;
    }

    @Override
    public void close() {}
}
