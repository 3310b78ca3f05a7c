package badger.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/**
 * The main socket's sender for everything that is rare: heartbeats, punches, handshake flights. Any thread may send,
 * under a lock of this object.
 */
public final class SharedSender {
    private static final int BUFFER_BYTES = 2048;

    private final Supplier<UdpSocket> socket;
    private final Arena ownerArena;
    private final MemorySegment buffer;
    private UdpSocket written;
    private UdpSender sender;

    /**
     * A sender that uses the socket of the moment.
     *
     * @param ownerArena shared; it must last as long as this
     */
    public SharedSender(Supplier<UdpSocket> socket, Arena ownerArena) {
        this.socket = socket;
        this.ownerArena = ownerArena;
        this.buffer = ownerArena.allocate(BUFFER_BYTES);
    }

    /** As {@link UdpSender#send(MemorySegment, long, int, Endpoint)}. */
    public synchronized int send(MemorySegment from, long at, int length, Endpoint to) {
        return sender().send(from, at, length, to);
    }

    /** As {@link #send(MemorySegment, long, int, Endpoint)}, for at most 2048 bytes from the heap. */
    public synchronized int send(byte[] bytes, Endpoint to) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return sender().send(buffer, 0, bytes.length, to);
    }

    private UdpSender sender() {
        UdpSocket current = socket.get();
        if (!current.equals(written)) {
            sender = current.sender(ownerArena);
            written = current;
        }
        return sender;
    }
}
