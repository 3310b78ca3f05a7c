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

    /**
     * Sends {@code [at, at + length)} on a connected socket as consecutive datagrams of {@code segmentBytes} each; the
     * last may be shorter. Many go with one system call if the kernel can do that, and otherwise one by one. No
     * datagram goes twice.
     *
     * @return the bytes that went, always whole datagrams from the first on, so that less than {@code length} means
     *     that the rest is lost; or {@code -errno} if none went
     */
    int sendSegments(MemorySegment from, long at, int length, int segmentBytes);

    /** As {@link #sendSegments(MemorySegment, long, int, int)}, on an unconnected socket. */
    int sendSegments(MemorySegment from, long at, int length, int segmentBytes, Endpoint to);

    /** System calls so far that sent something. This and the other counts are for the thread that sends. */
    long sends();

    /** System calls so far that the kernel refused for lack of room: EAGAIN, ENOBUFS. */
    long refusals();

    /** Batches of several datagrams so far that went one by one, because they could not be segmented. */
    long segmentationFallbacks();
}
