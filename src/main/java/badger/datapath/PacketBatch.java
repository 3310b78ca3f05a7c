package badger.datapath;

import badger.offload.Segments;
import badger.peer.Peer;
import badger.session.Session;

/**
 * Packets for one session that were read one after the other. They wait in the buffer of their loop to be sealed and
 * sent together, because a send costs many times what sealing a small packet does. All but the last have the same
 * length. Used by the thread of the loop; allocates nothing after its construction.
 */
final class PacketBatch implements Segments {
    /** UDP_SEGMENT takes 64 (include/linux/udp.h, UDP_MAX_SEGMENTS, before Linux 6.9); two are left for odd tails. */
    static final int MOST_PACKETS = 62;

    /** Keeps the records of a batch within one send, whose datagrams have at most 65,507 bytes together. */
    static final int MOST_BYTES = 62_000;

    private final long[] packetsAt = new long[MOST_PACKETS];
    private Peer peer;
    private Session session;
    private int count;
    private int index;
    private int firstLength;
    private int lastLength;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    Peer peer() {
        return peer;
    }

    Session session() {
        return session;
    }

    /** Whether a packet of this length may join the batch; false if the batch is empty. */
    boolean takes(Session of, int length) {
        return count > 0
                && count < MOST_PACKETS
                && of == session
                && length <= firstLength
                && lastLength == firstLength
                && (count + 1) * (firstLength + of.overheadBytes()) <= MOST_BYTES;
    }

    /** Takes the first packet of a batch. */
    void begin(Peer to, Session of, long packetAt, int length) {
        peer = to;
        session = of;
        firstLength = length;
        count = 0;
        add(packetAt, length);
    }

    /** Adds a packet that {@link #takes} has allowed. */
    void add(long packetAt, int length) {
        packetsAt[count] = packetAt;
        lastLength = length;
        count++;
        index = -1;
    }

    void clear() {
        count = 0;
        peer = null;
        session = null;
    }

    /** The end of the last packet. */
    long end() {
        return packetsAt[count - 1] + lastLength;
    }

    @Override
    public void next() {
        index++;
    }

    @Override
    public long segmentAt() {
        return packetsAt[index];
    }

    @Override
    public int segmentLength() {
        return index == count - 1 ? lastLength : firstLength;
    }

    @Override
    public int segmentBytes() {
        return firstLength;
    }
}
