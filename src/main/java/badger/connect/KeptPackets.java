package badger.connect;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.peer.Peer;
import badger.session.SendResult;
import badger.session.Session;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sends what the peer's thread itself sends on a session, except path messages: kept packets and keep-alives. Used by
 * the peer's thread, whose arena holds the buffer.
 */
final class KeptPackets {
    /** Room for a kept packet with all that a record adds: an MTU is at most 9000. */
    private static final int BUFFER_BYTES = 16 * 1024;

    private final Peer peer;
    private final Counters counters;
    private MemorySegment buffer;

    KeptPackets(Peer peer, Counters counters) {
        this.peer = peer;
        this.counters = counters;
    }

    /** @param loopArena of the peer's thread */
    void prepare(Arena loopArena) {
        buffer = loopArena.allocate(BUFFER_BYTES, 64);
    }

    /** Drops kept packets that have waited too long: their sender has given up or sent again by now. */
    void dropExpired(long nowNanos) {
        for (int dropped = peer.dropExpired(nowNanos); dropped > 0; dropped--) {
            counters.count(DropReason.OUTBOUND_PENDING_EXPIRED);
        }
    }

    /** Sends every kept packet, if the session may send. @return whether there was one */
    boolean send(Session session) {
        if (!session.mayTransmit()) {
            return false;
        }
        int length = peer.takeKept(buffer, Session.HEADROOM_BYTES);
        boolean isAny = length >= 0;
        while (length >= 0) {
            if (session.transmit(buffer, Session.HEADROOM_BYTES, length) != SendResult.SENT) {
                counters.count(DropReason.OUTBOUND_SEND_FAILED);
            }
            length = peer.takeKept(buffer, Session.HEADROOM_BYTES);
        }
        return isAny;
    }

    /** Sends an empty record, to Badger nodes only: the paper's own program fails on one (paper row P59). */
    void sendKeepAlive(Session session) {
        session.transmit(buffer, Session.HEADROOM_BYTES, 0);
    }
}
