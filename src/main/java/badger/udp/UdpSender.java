package badger.udp;

import java.lang.foreign.MemorySegment;

/** A writing end of a {@link UdpSocket}, used by one thread at a time. */
public interface UdpSender {
    /**
     * Sends one datagram on a connected socket.
     *
     * @return {@code length}, or {@code -errno}: the datagram is then lost, as UDP datagrams may be
     */
    int send(MemorySegment from, long at, int length);

    /** As {@link #send(MemorySegment, long, int)}, on an unconnected socket. */
    int send(MemorySegment from, long at, int length, Endpoint to);
}
