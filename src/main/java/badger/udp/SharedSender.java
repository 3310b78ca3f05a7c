package badger.udp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The main socket's writing end for everything that is rare: heartbeats, punches, handshake flights. Any thread may
 * send; a lock keeps them apart.
 */
public final class SharedSender {
    private static final int BUFFER_BYTES = 2048;

    private final UdpSender sender;
    private final MemorySegment buffer;

    public SharedSender(UdpSocket socket, Arena ownerArena) {
        this.sender = socket.sender(ownerArena);
        this.buffer = ownerArena.allocate(BUFFER_BYTES);
    }

    /** Sends one datagram; returns {@code length} or {@code -errno}, as {@link UdpSender#send(MemorySegment, long, int, Endpoint)} */
    public synchronized int send(MemorySegment from, long at, int length, Endpoint to) {
        return sender.send(from, at, length, to);
    }

    /** As above, with at most 2048 bytes from the heap. */
    public synchronized int send(byte[] bytes, Endpoint to) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return sender.send(buffer, 0, bytes.length, to);
    }
}
