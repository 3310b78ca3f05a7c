package badger.udp;

import java.lang.foreign.MemorySegment;

/** The reading end of a {@link UdpSocket}, used by one thread. The source accessors describe the last datagram. */
public interface UdpReceiver {
    /** {@code -EAGAIN}: no datagram waits. */
    int NOTHING_WAITING = -11;

    /**
     * Takes one waiting datagram into {@code [at, at + capacity)} of a native segment; a longer one is cut. On a
     * connected socket it may be several datagrams of one source, one behind the other and up to 65,535 bytes together.
     * {@link #segmentBytes} then tells their borders.
     *
     * @return the length in bytes, which may be 0; {@link #NOTHING_WAITING}; or another {@code -errno}, such as the
     *     {@code -ECONNREFUSED} that an ICMP error leaves on a connected socket
     */
    int receive(MemorySegment into, long at, int capacity);

    /**
     * The length of each datagram of the last {@link #receive}; only the last of them may be shorter. At least the
     * whole length if it was one datagram.
     */
    int segmentBytes();

    /**
     * Blocks a platform thread until a datagram or an error waits. Virtual threads use {@link UdpSocket#armReadable},
     * or {@link #awaitReadable(int)} with a permit of {@code CarrierThreads}, because a blocking system call pins their
     * carrier.
     *
     * @return false once the socket is closed
     */
    boolean awaitReadable();

    /**
     * Blocks the calling thread, which must be the one that receives on a connected socket, until a datagram or an
     * error waits, {@link UdpSocket#interrupt} was called, or the time is over. A virtual thread keeps its carrier
     * meanwhile, so the caller must know that enough carriers are left.
     *
     * @return whether a datagram or an error waits
     */
    boolean awaitReadable(int timeoutMillis);

    long sourceHigh();

    long sourceLow();

    int sourcePort();

    default Endpoint source() {
        return new Endpoint(sourceHigh(), sourceLow(), sourcePort());
    }
}
