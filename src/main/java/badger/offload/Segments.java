package badger.offload;

/**
 * Packets of one buffer that are to be sealed and sent together, one after the other: all as long as the first, but for
 * the last, which may be shorter. That is what UDP_SEGMENT can send with one system call (udp(7)).
 */
public interface Segments {
    /** Goes on to the next packet, the first to begin with. It is whole only until the next call. */
    void next();

    /** Where the packet begins in the buffer, with its IP header. */
    long segmentAt();

    /** The packet's length in bytes, from its IP header to its end. */
    int segmentLength();

    /** The length of every packet but the last, which may be shorter. */
    int segmentBytes();
}
