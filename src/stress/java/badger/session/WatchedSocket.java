package badger.session;

import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A connected socket that tells a {@link WatchedLane} of each send, and sends nothing. */
final class WatchedSocket implements UdpSocket {
    static final Endpoint ENDPOINT = new Endpoint(0, 1, 1);

    private final WatchedLane lane;
    private final int number;
    private final long sendNanos;
    private boolean isClosed;

    /** @param number the path's digit in {@link WatchedLane#went} */
    WatchedSocket(WatchedLane lane, int number, long sendNanos) {
        this.lane = lane;
        this.number = number;
        this.sendNanos = sendNanos;
    }

    @Override
    public UdpSender sender(Arena ownerArena) {
        return new Sender(ownerArena);
    }

    @Override
    public void close() {
        isClosed = true;
    }

    @Override
    public int localPort() {
        return ENDPOINT.port();
    }

    @Override
    public Endpoint localEndpoint() {
        return ENDPOINT;
    }

    @Override
    public UdpReceiver receiver(Arena ownerArena) {
        return null;
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
    public void interrupt() {}

    private final class Sender implements UdpSender {
        private final Arena arena;
        private long sends;

        Sender(Arena arena) {
            this.arena = arena;
        }

        @Override
        public int send(MemorySegment from, long at, int length) {
            lane.enter(isClosed || !arena.scope().isAlive());
            long start = System.nanoTime();
            while (System.nanoTime() - start < sendNanos) {
                Thread.onSpinWait();
            }
            if (lane.went % 10 != number) {
                lane.went = lane.went * 10 + number;
            }
            sends++;
            lane.leave();
            return length;
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
            return send(from, at, length);
        }

        @Override
        public int send(MemorySegment from, long at, int length, Endpoint to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
            throw new UnsupportedOperationException();
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
