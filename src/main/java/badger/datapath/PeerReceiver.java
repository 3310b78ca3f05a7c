package badger.datapath;

import badger.counter.Tally;
import badger.counter.Traffic;
import badger.memory.PacketRing;
import badger.peer.Peer;
import badger.session.PeerPath;
import badger.session.SessionSet;
import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Takes the datagrams of one peer from the inbox, which the main socket's thread fills, and from the sockets of the
 * peer's sessions. Used by the peer's thread; nothing here waits.
 */
final class PeerReceiver {
    /** The most that one receive may return, where the kernel joins datagrams. */
    private static final int RECEIVE_BYTES = 65_535;

    /** Receives from one source, each of which may bring several datagrams, before the others have their turn. */
    private static final int ROUND_RECEIVES = 64;

    private final Peer peer;
    private final SessionSet sessions;
    private final RecordReader records;
    private final DatagramRouter router;
    private final Tally tally;
    private final MemorySegment buffer;
    private final PeerPath[] paths = new PeerPath[SessionSet.MOST_PATHS];
    private boolean hasTraffic;
    private boolean hasRunTasks;

    /** @param loopArena of the peer's thread */
    PeerReceiver(
            Peer peer, SessionSet sessions, RecordReader records, DatagramRouter router, Tally tally, Arena loopArena) {
        this.peer = peer;
        this.sessions = sessions;
        this.records = records;
        this.router = router;
        this.tally = tally;
        buffer = loopArena.allocate(RECEIVE_BYTES, 64);
    }

    /** Whether datagrams have come through a socket of the peer's own since {@link #setTraffic}. */
    boolean hasTraffic() {
        return hasTraffic;
    }

    void setTraffic(boolean isThere) {
        hasTraffic = isThere;
    }

    /** Returns, and resets, whether a task that was posted to the peer's thread has run between two datagrams. */
    boolean takeHasRunTasks() {
        boolean has = hasRunTasks;
        hasRunTasks = false;
        return has;
    }

    /**
     * Takes the datagrams that have come, up to {@value #ROUND_RECEIVES} from each source. A record, or a task between
     * two, may have the sessions move or end: each path stays open until it has been drained.
     *
     * @return whether any had come
     */
    boolean receive() {
        boolean hasWorked = drainInbox();
        int count = sessions.paths(paths);
        for (int i = 0; i < count; i++) {
            paths[i].retain();
        }
        try {
            for (int i = 0; i < count; i++) {
                hasWorked |= drainPath(paths[i]);
            }
        } finally {
            for (int i = 0; i < count; i++) {
                paths[i].release();
                paths[i] = null;
            }
        }
        return hasWorked;
    }

    /** Asks the poller for one wake-up for each path. */
    void armPaths() {
        int count = sessions.paths(paths);
        for (int i = 0; i < count; i++) {
            paths[i].arm();
            paths[i] = null;
        }
    }

    /** A session is announced before its peer can send on it, perhaps since this round began. */
    private void runTasks() {
        if (peer.hasTasks()) {
            hasRunTasks |= peer.runTasks(System.nanoTime());
        }
    }

    private boolean drainInbox() {
        PacketRing inbox = peer.inbox();
        int taken = 0;
        for (int length = inbox.peek(); length >= 0 && taken < ROUND_RECEIVES; length = inbox.peek()) {
            runTasks();
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
        while (taken < ROUND_RECEIVES) {
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
                // An ICMP error for an earlier datagram: the peer may be away, and its silence will show that too.
                continue;
            }
            boolean isOurs = receiver.sourceLow() == endpoint.low()
                    && receiver.sourcePort() == endpoint.port()
                    && receiver.sourceHigh() == endpoint.high();
            runTasks();
            int segmentBytes = Math.max(1, receiver.segmentBytes());
            tally.add(Traffic.RECEIVES, 1);
            tally.add(Traffic.DATAGRAMS_RECEIVED, Math.max(1, (length + segmentBytes - 1) / segmentBytes));
            tally.add(Traffic.BYTES_RECEIVED, length);
            // Runs at least once, since an empty datagram is one too.
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
