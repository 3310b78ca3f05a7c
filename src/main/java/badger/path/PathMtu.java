package badger.path;

import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerTimer;
import badger.session.PeerPath;
import badger.session.Session;
import badger.session.SessionSet;
import badger.time.Deadlines;
import badger.wire.PathMessage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Knows how long a packet may be on the path in use to a Badger peer. Runs a {@link MtuSearch} on that path, and a new
 * one on each new path; sends its probes, answers those of the peer, and tells the path the result. A path without a
 * socket of its own is not probed: what the main socket sends may be fragmented. Used by the peer's thread, whose arena
 * holds the buffer.
 */
public final class PathMtu {
    private final Peer peer;
    private final SessionSet sessions;
    private final NodeContext node;
    private final Deadlines<PeerTimer> deadlines;
    private MemorySegment spare;
    private PeerPath path;
    private MtuSearch search;
    private int announced;

    public PathMtu(Peer peer, SessionSet sessions, NodeContext node, Deadlines<PeerTimer> deadlines) {
        this.deadlines = deadlines;
        this.peer = peer;
        this.sessions = sessions;
        this.node = node;
    }

    /** Makes the buffer, in the arena of the peer's thread. */
    public void prepare(Arena loopArena) {
        int largest = Math.max(node.tunMtu(), PathMessage.MTU_ACK_BYTES);
        spare = loopArena.allocate(Session.HEADROOM_BYTES + largest + Session.TAILROOM_BYTES, 64);
    }

    /** Follows the session to its path, and does what is due in the search there. */
    public void tick(long nowNanos) {
        Session current = sessions.current();
        if (!current.isBadger()) {
            forsake(current.path());
            rest();
            return;
        }
        if (!current.mayTransmit()) {
            rest();
            return;
        }
        if (current.path() != path) {
            begin(current.path(), nowNanos);
        } else if (search != null) {
            search.tick(nowNanos);
        }
        publish(nowNanos);
        if (search == null) {
            rest();
        } else {
            search.schedule(deadlines);
        }
    }

    /** There is no session. */
    public void rest() {
        deadlines.stop(PeerTimer.MTU);
    }

    /**
     * Takes an authentic plaintext that is a path message.
     *
     * @return whether its type is known here
     */
    public boolean message(MemorySegment plaintext, long at, int length, long nowNanos) {
        int type = PathMessage.type(plaintext, at, length);
        if (!sessions.current().isBadger()) {
            return false;
        }
        if (type == PathMessage.MTU_PROBE) {
            // The answer is at most two bytes longer than the probe.
            PathMessage.writeAck(spare, Session.HEADROOM_BYTES, PathMessage.token(plaintext, at), length);
            sessions.current().transmit(spare, Session.HEADROOM_BYTES, PathMessage.MTU_ACK_BYTES);
            return true;
        }
        if (type != PathMessage.MTU_ACK) {
            return false;
        }
        if (search != null) {
            int probeLength = PathMessage.ackedLength(plaintext, at, length);
            search.acked(PathMessage.token(plaintext, at), probeLength, nowNanos);
            publish(nowNanos);
        }
        return true;
    }

    /** The session has a new path, or its first one. */
    private void begin(PeerPath fresh, long nowNanos) {
        path = fresh;
        search = null;
        announced = 0;
        int largeBytes = MtuSearch.BASE + sessions.current().overheadBytes() + 1;
        if (fresh.keepWhole(true, largeBytes)) {
            search = new MtuSearch(node.tunMtu(), this::probe, this::takeLarge);
            search.start(nowNanos);
        }
    }

    /** Ends the search, for a plain peer answers no probes. The path may have been that of a Badger peer before. */
    private void forsake(PeerPath used) {
        if (used == path && search != null) {
            path.keepWhole(false, 0);
        }
        path = null;
        search = null;
    }

    private void probe(long token, int size) {
        int length = Math.max(size, PathMessage.BYTES);
        PathMessage.writeProbe(spare, Session.HEADROOM_BYTES, token, length);
        // A probe that the kernel refuses counts as lost.
        sessions.current().transmit(spare, Session.HEADROOM_BYTES, length);
    }

    private boolean takeLarge() {
        boolean isThere = path.hasSentLarge();
        path.forgetLarge();
        return isThere;
    }

    private void publish(long nowNanos) {
        if (search == null) {
            return;
        }
        int largest = search.largest();
        if (search.isSettled() && largest != announced) {
            String before = announced == 0 ? "" : ", before " + announced;
            peer.events().add(nowNanos, Kind.MTU, largest + before);
            announced = largest;
        }
        if (path.largestPacket() != largest || path.isMtuSettled() != search.isSettled()) {
            path.limit(largest, search.isSettled());
        }
    }
}
