package badger.testing;

import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A socket that is its own writing end and does nothing else, for tests that look at what is sent, wherever it goes.
 */
public abstract class SendingSocket implements UdpSocket, UdpSender {
    private final Endpoint own;

    protected SendingSocket(Endpoint own) {
        this.own = own;
    }

    @Override
    public final int localPort() {
        return own.port();
    }

    @Override
    public final Endpoint localEndpoint() {
        return own;
    }

    @Override
    public final UdpReceiver receiver(Arena ownerArena) {
        return null;
    }

    @Override
    public final void onReadable(Runnable wakeUp) {}

    @Override
    public final void armReadable() {}

    @Override
    public final boolean keepWhole(boolean isKeptWhole) {
        return true;
    }

    @Override
    public final void interrupt() {}

    @Override
    public void close() {}

    @Override
    public UdpSender sender(Arena ownerArena) {
        return this;
    }

    @Override
    public int send(MemorySegment from, long at, int length, Endpoint to) {
        return send(from, at, length);
    }

    @Override
    public int sendSegments(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        return sendSegments(from, at, length, segmentBytes);
    }

    @Override
    public long sends() {
        return 0;
    }

    @Override
    public final long refusals() {
        return 0;
    }

    @Override
    public final long segmentationFallbacks() {
        return 0;
    }
}
