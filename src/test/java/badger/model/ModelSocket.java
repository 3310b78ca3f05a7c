package badger.model;

import badger.testing.SendingSocket;
import badger.udp.Endpoint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A socket of one end of the model: the main one, or one that is connected to an endpoint of the other's. */
final class ModelSocket extends SendingSocket {
    private final ModelEnd end;
    private final Endpoint connected;
    private boolean isClosed;

    /** @param connected null for the main socket */
    ModelSocket(ModelEnd end, Endpoint local, Endpoint connected) {
        super(local);
        this.end = end;
        this.connected = connected;
    }

    @Override
    public int send(MemorySegment from, long at, int length) {
        return send(from, at, length, connected);
    }

    @Override
    public int send(MemorySegment from, long at, int length, Endpoint to) {
        if (isClosed) {
            throw new AssertionError("a socket is used after its end");
        }
        // The main socket is bound to no address, and so outlives those that the host has.
        end.sent(
                connected == null ? end.own() : localEndpoint(),
                to,
                from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
        return length;
    }

    @Override
    public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
        return sendSegments(from, at, length, segmentBytes, connected);
    }

    @Override
    public int sendSegments(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        for (int sent = 0; sent < length; sent += segmentBytes) {
            send(from, at + sent, Math.min(segmentBytes, length - sent), to);
        }
        return length;
    }

    @Override
    public void close() {
        if (connected != null && !isClosed) {
            isClosed = true;
            end.socketClosed();
        }
    }
}
