package badger.offload;

/**
 * Packets of one buffer that are sealed and sent together, one after the other. All are as long as the first; only the
 * last may be shorter. UDP_SEGMENT can send such datagrams with one system call (udp(7)).
 */
public interface Segments {
    /** Moves to the next packet; the first call moves to the first one. A packet is whole only until the next call. */
    void next();

    /** The offset of the packet's IP header in the buffer. */
    long segmentAt();

    /** The packet's length in bytes, IP header included. */
    int segmentLength();

    /** The length in bytes of every packet but the last, which may be shorter. */
    int segmentBytes();
}
