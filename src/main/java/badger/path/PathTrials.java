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
 * The endpoints of a connected peer that are being tried out: sends challenges there and takes the responses (RFC 9000,
 * section 8.2). Used by the peer's thread, which owns its buffer.
 */
final class PathTrials {
    /** Endpoints under trial at once; a peer has at most half as many candidates. */
    private static final int MOST_ATTEMPTS = 12;

    /** While something is under trial it is asked so often whether the path in use has become doubtful. */
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

    /** Tries an endpoint out, unless that is under way. */
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
        // No iterator: this is asked in every look at the sessions.
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

    /** Takes away what is over. @return whether nothing is left of what there was */
    boolean tidy(long nowNanos) {
        return !attempts.isEmpty() && attempts.removeIf(each -> each.isOver(nowNanos)) && attempts.isEmpty();
    }

    /** How long the last round trip on the path in use took; 0 while that is unknown. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    /** Sends the challenges that are due. */
    void challenge(long nowNanos) {
        for (int i = 0; i < attempts.size(); i++) {
            PathAttempt each = attempts.get(i);
            if (each.takeChallenge(nowNanos)) {
                if (isInUse(each.endpoint())) {
                    // A challenge says nothing about where this end wants to be reached; an empty record does.
                    sessions.current().transmit(spare, Session.HEADROOM_BYTES, 0);
                }
                send(PathMessage.CHALLENGE, each.token(), each.endpoint());
            }
        }
    }

    /** Sends a path message under the current session, by the socket that the packets take if it goes the same way. */
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

    /** Sets when the next attempt wants something. */
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
