package badger.path;

import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerTimer;
import badger.session.Session;
import badger.session.SessionSet;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.wire.PathMessage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The endpoints of a connected peer that are being tried out. Sends challenges there and takes the responses (RFC 9000,
 * section 8.2). Used by the peer's thread, which owns the buffer.
 */
final class PathTrials {
    /** Endpoints under trial at once; a peer has at most half as many candidates. */
    private static final int MOST_ATTEMPTS = 12;

    /** Interval at which the path in use is checked for doubt while something is under trial. */
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final SecureRandom TOKENS = new SecureRandom();

    private final Peer peer;
    private final SessionSet sessions;
    private final NodeContext node;
    private final Deadlines<PeerTimer> deadlines;
    private final List<PathAttempt> attempts = new ArrayList<>(MOST_ATTEMPTS);
    private MemorySegment spare;
    private long roundTripNanos;

    PathTrials(Peer peer, SessionSet sessions, NodeContext node, Deadlines<PeerTimer> deadlines) {
        this.deadlines = deadlines;
        this.peer = peer;
        this.sessions = sessions;
        this.node = node;
    }

    /** @param loopArena of the peer's thread */
    void prepare(Arena loopArena) {
        spare = loopArena.allocate(Session.HEADROOM_BYTES + PathMessage.BYTES + Session.TAILROOM_BYTES, 64);
    }

    /** Tries an endpoint out, unless an attempt is under way there. */
    void attempt(Endpoint endpoint, long nowNanos) {
        PathAttempt earlier = find(endpoint);
        if (earlier != null && earlier.isStale(nowNanos)) {
            attempts.remove(earlier);
            earlier = null;
        }
        if (earlier == null && attempts.size() < MOST_ATTEMPTS) {
            attempts.add(new PathAttempt(endpoint, TOKENS.nextLong(), nowNanos));
            peer.events().addUnlessNewest(nowNanos, Kind.CHALLENGING, endpoint.toString());
        }
    }

    /** The attempt at an endpoint, or null. */
    PathAttempt find(Endpoint endpoint) {
        // No iterator: this runs in every look at the sessions.
        for (int i = 0; i < attempts.size(); i++) {
            if (attempts.get(i).endpoint().equals(endpoint)) {
                return attempts.get(i);
            }
        }
        return null;
    }

    List<PathAttempt> list() {
        return attempts;
    }

    boolean isEmpty() {
        return attempts.isEmpty();
    }

    void clear() {
        attempts.clear();
    }

    /** Removes the attempts that are over. @return whether it removed the last one */
    boolean tidy(long nowNanos) {
        return !attempts.isEmpty() && attempts.removeIf(each -> each.isOver(nowNanos)) && attempts.isEmpty();
    }

    /** Duration of the last round trip on the path in use; 0 if unknown. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    void challenge(long nowNanos) {
        for (int i = 0; i < attempts.size(); i++) {
            PathAttempt each = attempts.get(i);
            if (each.takeChallenge(nowNanos)) {
                if (isInUse(each.endpoint())) {
                    // A challenge does not tell the peer where this end wants to be reached; an empty record does.
                    sessions.current().transmit(spare, Session.HEADROOM_BYTES, 0);
                }
                send(PathMessage.CHALLENGE, each.token(), each.endpoint());
            }
        }
    }

    /** Sends a path message under the current session; by the socket of the packets if it goes the same way. */
    void send(int type, long token, Endpoint to) {
        PathMessage.write(spare, Session.HEADROOM_BYTES, type, token);
        Session current = sessions.current();
        if (isInUse(to)) {
            current.transmit(spare, Session.HEADROOM_BYTES, PathMessage.BYTES);
        } else {
            current.transmitTo(to, node.mainSender(), spare, Session.HEADROOM_BYTES, PathMessage.BYTES);
        }
    }

    /** A response came. @return whether it validates an endpoint */
    boolean responded(long token, long nowNanos) {
        for (PathAttempt each : attempts) {
            if (each.hasSent(token) && !each.isValidated()) {
                long nanos = each.validated(token, nowNanos);
                if (isInUse(each.endpoint())) {
                    roundTripNanos = nanos;
                }
                long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
                peer.events().add(nowNanos, Kind.VALIDATED, each.endpoint() + " after " + millis + " ms");
                return true;
            }
        }
        return false;
    }

    /** Sets when the next attempt needs a look. */
    void schedule(long nowNanos) {
        if (attempts.isEmpty()) {
            deadlines.stop(PeerTimer.PATH_TRIAL);
            return;
        }
        long next = nowNanos + LOOK_EVERY_NANOS;
        for (int i = 0; i < attempts.size(); i++) {
            long wanted = attempts.get(i).nextNanos();
            next = wanted - next < 0 ? wanted : next;
        }
        deadlines.set(PeerTimer.PATH_TRIAL, next);
    }

    private boolean isInUse(Endpoint endpoint) {
        return endpoint.equals(sessions.current().path().endpoint());
    }
}
