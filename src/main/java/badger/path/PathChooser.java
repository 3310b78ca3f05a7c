package badger.path;

import badger.peer.Candidates;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerTimer;
import badger.session.PeerPath;
import badger.session.Session;
import badger.session.SessionSet;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.wire.PathMessage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * Decides where the sessions of a Badger peer send, while they last: finds nearer paths than the one they began on,
 * follows a peer whose address has changed, and leaves a path that has died. Nothing is sent to an endpoint that has
 * not answered a challenge from there (RFC 9146, section 6; RFC 9000, section 9). Used by the peer's thread.
 */
public final class PathChooser {
    /** When nearer candidates are tried, counted from the start of a session or a change of the candidates. */
    private static final long[] TRY_AT_SECONDS = {0, 1, 5, 15};

    /** Interval of later tries. */
    private static final long TRY_EVERY_NANOS = TimeUnit.SECONDS.toNanos(60);

    /**
     * Interval of tries while the sessions run by way of IEX. At first it is 5 s: the NAT of each end must let its own
     * challenges out before it lets the other's in, and a map brings news as often. After a minute it is 15 s, which is
     * what keeps such a mapping open.
     */
    private static final long TRY_RELAYED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long TRY_RELAYED_LATER_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final int RELAYED_TRIES = 12;

    /**
     * A silent peer is doubted after this: it answers within a second and a round trip (see {@code SessionLiveness}).
     */
    private static final long SILENT_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

    /**
     * A path is doubtful when a challenge on it has had no response for this long, or for twice the last round trip.
     */
    private static final long DOUBTFUL_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** The same where the only other way is by IEX: longer, because a round trip may take that long. */
    private static final long DOUBTFUL_FOR_RELAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long KNOCK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /**
     * Records still under way on the path before may come late, and are no reason to return to it. Also the least time
     * between moves.
     */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final System.Logger LOG = System.getLogger(PathChooser.class.getName());

    private final Peer peer;
    private final SessionSet sessions;
    private final NodeContext node;
    private final Deadlines<PeerTimer> deadlines;
    private final PathTrials trials;
    private Endpoint followed;
    private long heardOnPathNanos;
    private long movedNanos;
    private long knockedNanos;
    private long tryNanos;
    private int triesDone;

    public PathChooser(
            Peer peer, SessionSet sessions, NodeContext node, Deadlines<PeerTimer> deadlines, long nowNanos) {
        this.deadlines = deadlines;
        this.peer = peer;
        this.sessions = sessions;
        this.node = node;
        this.trials = new PathTrials(peer, sessions, node, deadlines);
        this.movedNanos = nowNanos - LATE_NANOS;
        this.knockedNanos = nowNanos - KNOCK_EVERY_NANOS;
    }

    /** Makes the buffer, in the arena of the peer's thread. */
    public void prepare(Arena loopArena) {
        trials.prepare(loopArena);
    }

    /** There is a new session. */
    public void began(long nowNanos) {
        heardOnPathNanos = nowNanos;
        tryNearer(nowNanos);
        if (isInCharge()) {
            // The round trip must be known before silence can be judged.
            trials.attempt(path().endpoint(), nowNanos);
        }
    }

    /** The map names other addresses of the peer: it may have moved or come nearer. */
    public void candidatesChanged(long nowNanos) {
        if (isInCharge()) {
            attemptAll(nowNanos);
            tryNearer(nowNanos);
        }
    }

    /** This host's own addresses or routes have changed: sockets may be bound to an address that is gone. */
    public void networkChanged(long nowNanos) {
        if (sessions.current() == null || !sessions.reopenPath(nowNanos)) {
            return;
        }
        movedNanos = nowNanos;
        // Results from the address before say nothing about this one.
        trials.clear();
        peer.events().add(nowNanos, Kind.REOPENED, path().endpoint().toString());
        if (isInCharge()) {
            attemptAll(nowNanos);
            tryNearer(nowNanos);
            tick(nowNanos, false);
        }
    }

    /** The peer has lost contact with this node: both try every path now. */
    public void knocked(long nowNanos) {
        if (isInCharge()) {
            attemptAll(nowNanos);
        }
    }

    /** Packets have just stopped, which may mean that the path has died. */
    public void verify(long nowNanos) {
        if (isInCharge()) {
            trials.attempt(path().endpoint(), nowNanos);
        }
    }

    /** An authentic record came on the path in use. */
    public void heardOnPath(long nowNanos) {
        heardOnPathNanos = nowNanos;
    }

    /** An authentic packet or keep-alive came from elsewhere: the peer's address may have changed. */
    public void heardFrom(Endpoint source, long nowNanos) {
        if (!isInCharge() || nowNanos - movedNanos < LATE_NANOS) {
            return;
        }
        followed = source;
        trials.attempt(source, nowNanos);
        trials.challenge(nowNanos);
        choose(nowNanos);
    }

    /**
     * Takes an authentic plaintext that is a path message from {@code source}.
     *
     * @return whether its type is known here
     */
    public boolean message(MemorySegment plaintext, long at, int length, Endpoint source, long nowNanos) {
        int type = PathMessage.type(plaintext, at, length);
        if (isInCharge() && type == PathMessage.CHALLENGE) {
            trials.send(PathMessage.RESPONSE, PathMessage.token(plaintext, at), source);
            return true;
        }
        if (isInCharge() && type == PathMessage.RESPONSE) {
            if (trials.responded(PathMessage.token(plaintext, at), nowNanos)) {
                choose(nowNanos);
            }
            return true;
        }
        return false;
    }

    /**
     * Does everything that is due.
     *
     * @param isUnanswered whether something was sent since the peer was heard last
     */
    public void tick(long nowNanos, boolean isUnanswered) {
        if (!isInCharge()) {
            trials.clear();
            rest();
            return;
        }
        if (trials.tidy(nowNanos)) {
            followed = null;
        }
        if (nowNanos - tryNanos >= 0) {
            attemptNearer(nowNanos);
            triesDone++;
            tryNanos += pauseNanos();
        }
        if (isUnanswered && nowNanos - sessions.current().lastHeardNanos() > SILENT_AFTER_NANOS) {
            peer.events()
                    .addUnlessNewest(nowNanos, Kind.SILENT, path().endpoint().toString());
            attemptAll(nowNanos);
        }
        trials.challenge(nowNanos);
        if (isUsedDoubtful(DOUBTFUL_AFTER_NANOS, nowNanos)) {
            attemptAll(nowNanos);
            if (nowNanos - knockedNanos > KNOCK_EVERY_NANOS) {
                // This end's NAT may have forgotten the flow. The peer's NAT then lets nothing in until IEX has told
                // the peer of the new port and the peer has sent there.
                knockedNanos = nowNanos;
                node.knocks().knock(peer.virtualAddress());
            }
        }
        choose(nowNanos);
        deadlines.set(PeerTimer.NEARER_PATH, tryNanos);
        trials.schedule(nowNanos);
    }

    private boolean isUsedDoubtful(long leastPatienceNanos, long nowNanos) {
        PathAttempt ofUsed = trials.find(path().endpoint());
        long patience = Math.max(leastPatienceNanos, 2 * trials.roundTripNanos());
        return ofUsed != null && ofUsed.waitingNanos(nowNanos) > patience;
    }

    /** There is no session. */
    public void rest() {
        deadlines.stop(PeerTimer.NEARER_PATH);
        deadlines.stop(PeerTimer.PATH_TRIAL);
    }

    private boolean isInCharge() {
        Session current = sessions.current();
        return current != null && current.isBadger();
    }

    private PeerPath path() {
        return sessions.current().path();
    }

    private void tryNearer(long nowNanos) {
        tryNanos = nowNanos;
        triesDone = 0;
    }

    private long pauseNanos() {
        if (RelayEndpoint.isOne(path().endpoint())) {
            return triesDone < RELAYED_TRIES ? TRY_RELAYED_NANOS : TRY_RELAYED_LATER_NANOS;
        }
        return triesDone < TRY_AT_SECONDS.length
                ? TimeUnit.SECONDS.toNanos(TRY_AT_SECONDS[triesDone] - TRY_AT_SECONDS[triesDone - 1])
                : TRY_EVERY_NANOS;
    }

    private void attemptNearer(long nowNanos) {
        Candidates candidates = peer.candidates();
        int used = candidates.distance(path().endpoint());
        for (Endpoint endpoint : candidates.endpoints()) {
            if (candidates.distance(endpoint) < used) {
                trials.attempt(endpoint, nowNanos);
            }
        }
    }

    /** Tries the path in use and every other. */
    private void attemptAll(long nowNanos) {
        trials.attempt(path().endpoint(), nowNanos);
        for (Endpoint endpoint : peer.candidates().endpoints()) {
            trials.attempt(endpoint, nowNanos);
        }
        if (node.mayRelayTo(peer)) {
            trials.attempt(peer.relayEndpoint(), nowNanos);
        }
    }

    private void choose(long nowNanos) {
        if (trials.isEmpty() || nowNanos - movedNanos < LATE_NANOS) {
            return;
        }
        Endpoint used = path().endpoint();
        PathAttempt best = null;
        String why = "";
        for (int i = 0; i < trials.list().size(); i++) {
            PathAttempt each = trials.list().get(i);
            if (!each.isValidated() || each.endpoint().equals(used)) {
                continue;
            }
            String reason = reasonToMoveTo(each.endpoint(), used, nowNanos);
            boolean isNearest = best == null
                    || peer.candidates().distance(each.endpoint())
                            < peer.candidates().distance(best.endpoint());
            if (!reason.isEmpty() && isNearest) {
                best = each;
                why = reason;
            }
        }
        if (best != null) {
            moveTo(best.endpoint(), why, nowNanos);
        }
    }

    private String reasonToMoveTo(Endpoint endpoint, Endpoint used, long nowNanos) {
        int distance = peer.candidates().distance(endpoint);
        int usedDistance = peer.candidates().distance(used);
        if (distance < usedDistance) {
            return "nearer";
        }
        boolean isUsedFresh = nowNanos - heardOnPathNanos < FRESH_NANOS;
        if (endpoint.equals(followed) && (distance == usedDistance || !isUsedFresh)) {
            return "the peer sends from there";
        }
        long patience = RelayEndpoint.isOne(endpoint) ? DOUBTFUL_FOR_RELAY_NANOS : DOUBTFUL_AFTER_NANOS;
        return isUsedDoubtful(patience, nowNanos) ? "no answer on the path before" : "";
    }

    private void moveTo(Endpoint endpoint, String why, long nowNanos) {
        Endpoint before = path().endpoint();
        sessions.moveTo(endpoint, node.mainSender(), nowNanos);
        node.directory().learn(endpoint, peer);
        movedNanos = nowNanos;
        if (RelayEndpoint.isOne(endpoint)) {
            tryNearer(nowNanos);
        }
        heardOnPathNanos = nowNanos;
        followed = null;
        peer.events().add(nowNanos, Kind.MOVED, before + " to " + endpoint + ": " + why);
        LOG.log(System.Logger.Level.INFO, "peer={0} moved endpoint={1} before={2}: {3}", peer, endpoint, before, why);
    }
}
