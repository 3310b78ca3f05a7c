package badger.testing;

import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A socket of a {@link FakeUdpNetwork}. State is guarded by the internet's monitor. */
final class FakeUdpSocket implements UdpSocket {
    private static final int EBADF = 9;
    private static final int EMSGSIZE = 90;
    private static final int EDESTADDRREQ = 89;
    private static final int ECONNREFUSED = 111;
    private static final int LONGEST_DATAGRAM = 65_507;
    private static final int QUEUED_DATAGRAMS = 1024;

    private record Datagram(Endpoint source, MemorySegment bytes) {}

    private final FakeInternet internet;
    private final FakeUdpNetwork host;
    private final Endpoint local;
    private final Endpoint peer;
    private final Deque<Datagram> queue = new ArrayDeque<>();
    private Runnable onReadable = () -> {};
    private Thread waiter;
    private boolean isArmed;
    private boolean isInterrupted;
    private boolean isClosed;
    private int pendingError;

    FakeUdpSocket(FakeInternet internet, FakeUdpNetwork host, Endpoint local, Endpoint peer) {
        this.internet = internet;
        this.host = host;
        this.local = local;
        this.peer = peer;
    }

    /** Null on an unconnected socket. */
    Endpoint peer() {
        return peer;
    }

    @Override
    public int localPort() {
        return local.port();
    }

    @Override
    public Endpoint localEndpoint() {
        return local;
    }

    @Override
    public UdpReceiver receiver(Arena ownerArena) {
        return new Receiver();
    }

    @Override
    public UdpSender sender(Arena ownerArena) {
        return new Sender();
    }

    @Override
    public void onReadable(Runnable wakeUp) {
        synchronized (internet) {
            onReadable = wakeUp;
        }
    }

    @Override
    public void armReadable() {
        synchronized (internet) {
            isArmed = true;
            wakeIfReadable();
        }
    }

    /** Nothing here cuts a datagram. */
    @Override
    public boolean keepWhole(boolean isKeptWhole) {
        return true;
    }

    @Override
    public void interrupt() {
        synchronized (internet) {
            isInterrupted = true;
            LockSupport.unpark(waiter);
        }
    }

    @Override
    public void close() {
        synchronized (internet) {
            isClosed = true;
            isArmed = false;
            queue.clear();
            host.forget(this);
            LockSupport.unpark(waiter);
        }
    }

    /** False where the queue is full. The caller holds the monitor. */
    boolean deliver(Endpoint source, byte[] datagram) {
        if (queue.size() == QUEUED_DATAGRAMS) {
            return false;
        }
        queue.add(new Datagram(source, MemorySegment.ofArray(datagram)));
        LockSupport.unpark(waiter);
        wakeIfReadable();
        return true;
    }

    /** The caller holds the monitor. */
    int unread() {
        return queue.size();
    }

    /** The caller holds the monitor. */
    void portUnreachable(Endpoint by) {
        if (by.equals(peer)) {
            pendingError = ECONNREFUSED;
            LockSupport.unpark(waiter);
            wakeIfReadable();
        }
    }

    private void wakeIfReadable() {
        if (isArmed && isReadable()) {
            isArmed = false;
            internet.wake(onReadable);
        }
    }

    private boolean isReadable() {
        return !queue.isEmpty() || pendingError != 0;
    }

    private final class Receiver implements UdpReceiver {
        private Endpoint source = new Endpoint(0, 0, 0);
        private int segmentBytes;

        @Override
        public int receive(MemorySegment into, long at, int capacity) {
            synchronized (internet) {
                if (isClosed) {
                    return -EBADF;
                }
                if (pendingError != 0) {
                    int error = pendingError;
                    pendingError = 0;
                    return -error;
                }
                Datagram datagram = queue.poll();
                if (datagram == null) {
                    return NOTHING_WAITING;
                }
                source = datagram.source;
                int length = (int) Math.min(capacity, datagram.bytes.byteSize());
                MemorySegment.copy(datagram.bytes, 0, into, at, length);
                segmentBytes = length;
                return peer == null ? length : join(length, into, at, capacity);
            }
        }

        /** As the kernel on a connected socket: datagrams of one size join, and a shorter one ends it. */
        private int join(int first, MemorySegment into, long at, int capacity) {
            int length = first;
            boolean isOpen = first > 0;
            while (isOpen && !queue.isEmpty() && queue.peek().source.equals(source)) {
                int next = (int) queue.peek().bytes.byteSize();
                if (next == 0 || next > first || length + next > Math.min(capacity, LONGEST_DATAGRAM)) {
                    break;
                }
                MemorySegment.copy(queue.poll().bytes, 0, into, at + length, next);
                length += next;
                isOpen = next == first;
            }
            return length;
        }

        @Override
        public int segmentBytes() {
            return segmentBytes;
        }

        @Override
        public boolean awaitReadable() {
            while (!Thread.currentThread().isInterrupted()) {
                synchronized (internet) {
                    waiter = Thread.currentThread();
                    if (isClosed || isReadable()) {
                        return !isClosed;
                    }
                }
                // Parking, rather than waiting on the internet, wakes one reader for one datagram.
                LockSupport.park(this);
            }
            return false;
        }

        @Override
        public boolean awaitReadable(int timeoutMillis) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (System.nanoTime() - end < 0) {
                synchronized (internet) {
                    waiter = Thread.currentThread();
                    if (isClosed || isReadable() || isInterrupted) {
                        isInterrupted = false;
                        return !isClosed && isReadable();
                    }
                }
                LockSupport.parkNanos(this, end - System.nanoTime());
            }
            return false;
        }

        @Override
        public long sourceHigh() {
            return source.high();
        }

        @Override
        public long sourceLow() {
            return source.low();
        }

        @Override
        public int sourcePort() {
            return source.port();
        }
    }

    /** As the kernel's, it takes all segments of a send at once. */
    private final class Sender implements UdpSender {
        private long sends;

        @Override
        public int send(MemorySegment from, long at, int length) {
            return peer == null ? -EDESTADDRREQ : send(from, at, length, peer);
        }

        @Override
        public int send(MemorySegment from, long at, int length, Endpoint to) {
            int result = carry(from, at, length, to);
            sends += result < 0 ? 0 : 1;
            return result;
        }

        private int carry(MemorySegment from, long at, int length, Endpoint to) {
            if (length > LONGEST_DATAGRAM) {
                return -EMSGSIZE;
            }
            byte[] datagram = from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
            synchronized (internet) {
                if (isClosed) {
                    return -EBADF;
                }
                // Connected, it keeps its address; otherwise the datagram leaves with the one that the host has now.
                Endpoint source = peer == null ? host.sourceTowards(to).withPort(local.port()) : local;
                internet.carry(FakeUdpSocket.this, source, to, datagram);
            }
            return length;
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
            return peer == null ? -EDESTADDRREQ : sendSegments(from, at, length, segmentBytes, peer);
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
            synchronized (internet) {
                int sent = 0;
                while (sent < length) {
                    int one = Math.min(segmentBytes, length - sent);
                    int result = carry(from, at + sent, one, to);
                    if (result < 0) {
                        return sent == 0 ? result : sent;
                    }
                    sends += sent == 0 ? 1 : 0;
                    sent += one;
                }
                return sent;
            }
        }

        @Override
        public long sends() {
            return sends;
        }

        @Override
        public long refusals() {
            return 0;
        }

        @Override
        public long segmentationFallbacks() {
            return 0;
        }
    }
}
