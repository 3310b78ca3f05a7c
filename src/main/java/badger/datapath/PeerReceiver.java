package badger.datapath;

import badger.counter.Tally;
import badger.counter.Traffic;
import badger.memory.PacketRing;
import badger.peer.Peer;
import badger.session.PeerPath;
import badger.session.Session;
import badger.session.SessionSet;
import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Takes the datagrams of one peer from where they come in: from the inbox that the main socket's thread fills, and from the
 * sockets of the peer's sessions. Used by the peer's thread; nothing here waits.
 */
final class PeerReceiver {
    /** What one receive may yield, where the kernel joins datagrams. */
    private static final int RECEIVE_BYTES = 65_535;

    /** Datagrams taken from one source before the others get their turn. */
    private static final int ROUND_DATAGRAMS = 64;

    private final Peer peer;
    private final RecordReader records;
    private final DatagramRouter router;
    private final Tally tally;
    private final MemorySegment buffer;
    private boolean hasTraffic;

    /** @param loopArena of the peer's thread */
    PeerReceiver(Peer peer, RecordReader records, DatagramRouter router, Tally tally, Arena loopArena) {
        this.peer = peer;
        this.records = records;
        this.router = router;
        this.tally = tally;
        buffer = loopArena.allocate(RECEIVE_BYTES, 64);
    }

    void startRound(long nowNanos) {
        records.startRound(nowNanos);
    }

    /** Says that whichever way the peer's datagrams come, none waits. */
    void caughtUp() {
        records.caughtUp();
    }

    /** As {@link RecordReader#takeNews}. */
    boolean takeNews() {
        return records.takeNews();
    }

    /** Whether datagrams have come by a socket of the peer's own since {@link #setTraffic}. */
    boolean hasTraffic() {
        return hasTraffic;
    }

    void setTraffic(boolean isThere) {
        hasTraffic = isThere;
    }

    /** Takes what has come, up to so many datagrams from each source. @return whether anything had */
    boolean receive(SessionSet sessions) {
        boolean hasWorked = drainInbox();
        Session current = sessions.current();
        if (current != null) {
            hasWorked |= drainPath(current.path());
        }
        // No iterator: this is for every packet of a quiet flow.
        for (int i = 0; i < sessions.older().size(); i++) {
            hasWorked |= drainPath(sessions.older().get(i).path());
        }
        if (sessions.leaving() != null) {
            hasWorked |= drainPath(sessions.leaving());
        }
        return hasWorked;
    }

    private boolean drainInbox() {
        PacketRing inbox = peer.inbox();
        int taken = 0;
        for (int length = inbox.peek(); length >= 0 && taken < ROUND_DATAGRAMS; length = inbox.peek()) {
            records.read(inbox.slots(), inbox.peekAt(), length, null);
            records.flush();
            inbox.release();
            taken++;
        }
        return taken > 0;
    }

    private boolean drainPath(PeerPath path) {
        if (!path.hasOwnSocket()) {
            return false;
        }
        UdpReceiver receiver = path.receiver();
        Endpoint endpoint = path.endpoint();
        int taken = 0;
        while (taken < ROUND_DATAGRAMS) {
            int length = receiver.receive(buffer, 0, RECEIVE_BYTES);
            if (length == UdpReceiver.NOTHING_WAITING) {
                records.caughtUp();
            }
            if (length == UdpReceiver.NOTHING_WAITING || (length < 0 && taken > 0)) {
                break;
            }
            taken++;
            hasTraffic = true;
            if (length < 0) {
                // An ICMP error of an earlier datagram: the peer may be away, which its silence will tell as well.
                continue;
            }
            boolean isOurs = receiver.sourceLow() == endpoint.low()
                    && receiver.sourcePort() == endpoint.port()
                    && receiver.sourceHigh() == endpoint.high();
            int segmentBytes = Math.max(1, receiver.segmentBytes());
            tally.add(Traffic.RECEIVES, 1);
            tally.add(Traffic.DATAGRAMS_RECEIVED, Math.max(1, (length + segmentBytes - 1) / segmentBytes));
            tally.add(Traffic.BYTES_RECEIVED, length);
            // At least once, since an empty datagram is one too.
            for (int at = 0; at == 0 || at < length; at += segmentBytes) {
                int one = Math.min(segmentBytes, length - at);
                if (isOurs) {
                    records.read(buffer, at, one, endpoint);
                } else {
                    router.route(buffer, at, one, receiver);
                }
            }
            records.flush();
        }
        return taken > 0;
    }
}
