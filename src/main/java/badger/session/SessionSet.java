package badger.session;

import badger.counter.Tallies;
import badger.handshake.Association;
import badger.record.Role;
import badger.thread.ThreadOwner;
import badger.udp.Endpoint;
import badger.udp.SharedSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The established sessions of a peer: the current one, which sends, and earlier ones, which still receive until the
 * peer uses the current one. Used by the peer's thread.
 *
 * <p>The session that sends is published ({@link #elect}) before the one that it replaces is closed: an outbound loop
 * that is about to send on the old session is refused, and then finds the newer one.
 */
public final class SessionSet {
    /** Silence after which a superseded session is closed: reordered records come within this time. */
    private static final long RETIRE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Calls of both ends may succeed at once, while the session before them is still in use. */
    private static final int MAX_OLDER = 3;

    /** The current session's path, one of each older session, and the one that was left last. */
    public static final int MOST_PATHS = MAX_OLDER + 2;

    /** How long a peer may use an older session before this counts as its choice. */
    private static final long MOVES_OVER_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Duration FAREWELL = Duration.ofMillis(200);

    private final Object owner;
    private final ThreadOwner thread;
    private final Tallies traffic;
    private final Consumer<Session> elected;
    private final boolean isLeader;
    private final PathOpener pathOpener;
    private Session current;
    private final List<Session> older = new ArrayList<>(MAX_OLDER + 1);
    private long supersededNanos;
    private PeerPath leaving;
    private long leavingSinceNanos;

    /**
     * Makes an empty set.
     *
     * @param owner of the sessions, for {@link badger.record.ConnectionIds#byConnectionId}
     * @param thread the one that may change the set
     * @param traffic where the sessions count what they send
     * @param elected receives the session that sends, null for none, before a replaced session is closed: another
     *     thread may be about to send on the old session and then looks for the newer one
     * @param isLeader whether this node is the leader of the pair, so that its own client sessions win
     */
    public SessionSet(
            Object owner,
            ThreadOwner thread,
            Tallies traffic,
            Consumer<Session> elected,
            boolean isLeader,
            PathOpener pathOpener) {
        this.thread = thread;
        this.owner = owner;
        this.traffic = traffic;
        this.elected = elected;
        this.isLeader = isLeader;
        this.pathOpener = pathOpener;
    }

    public Session current() {
        return current;
    }

    /** The session whose records carry this connection ID, or null. */
    public Session byConnectionId(int connectionId) {
        if (current != null && current.ownConnectionId() == connectionId) {
            return current;
        }
        // No iterator: this may run for every packet.
        for (int i = 0; i < older.size(); i++) {
            if (older.get(i).ownConnectionId() == connectionId) {
                return older.get(i);
            }
        }
        return null;
    }

    /** The sessions before the current one, newest first. */
    public List<Session> older() {
        return older;
    }

    /**
     * Adds a session. The newest session sends, since a peer that shakes hands anew may have lost the old keys. Of two
     * that were under way at the same time, the one whose client is the leader stays (paper row P50), so that both ends
     * agree.
     *
     * @return the session, which is not the current one in the latter case
     */
    public Session add(Association association, Endpoint endpoint, long startedNanos, long nowNanos) {
        assert thread.isCurrent();
        Session fresh = newSession(association, endpoint, nowNanos);
        boolean wereSimultaneous = current != null && startedNanos - current.establishedNanos() < 0;
        if (wereSimultaneous && isClientLeader(current) && !isClientLeader(fresh)) {
            older.addFirst(fresh);
            // It may send too: its client waits for this end's first record, just as a server waits for the client's.
            fresh.allowTransmit();
        } else {
            if (current != null) {
                older.addFirst(current);
            }
            current = fresh;
        }
        supersededNanos = nowNanos;
        elect();
        if (older.size() > MAX_OLDER) {
            older.removeLast().close();
        }
        return fresh;
    }

    /**
     * Publishes the session that sends: the current one, or an earlier one while the current one holds back. Which is
     * current, {@link #add} and {@link #tidy} decide.
     */
    public void elect() {
        assert thread.isCurrent();
        Session sending = current;
        for (int i = 0; i < older.size() && !sending.mayTransmit(); i++) {
            sending = older.get(i);
        }
        boolean maySend = sending != null && sending.mayTransmit();
        elected.accept(maySend ? sending : current);
    }

    private Session newSession(Association association, Endpoint endpoint, long nowNanos) {
        PeerPath path = null;
        try {
            association.belongsTo(owner);
            path = pathTo(endpoint);
            path.retain();
            return new Session(association, path, nowNanos, traffic);
        } catch (RuntimeException | Error lack) {
            association.discard();
            throw lack;
        } finally {
            if (path != null) {
                path.release();
            }
        }
    }

    /**
     * Drops sessions that have ended or are no longer needed. @return whether the peer has just lost its last session
     */
    public boolean tidy(long nowNanos) {
        assert thread.isCurrent();
        if (leaving != null && nowNanos - leavingSinceNanos > RETIRE_AFTER_NANOS) {
            letGoOfLeaving();
        }
        for (int i = older.size() - 1; i >= 0; i--) {
            Session each = older.get(i);
            if (each.association().isEnded() || isRetired(each, nowNanos)) {
                older.remove(i);
                elect();
                each.close();
            }
        }
        Session preferred = preferredByPeer();
        if (preferred != null) {
            older.remove(preferred);
            older.addFirst(current);
            current = preferred;
            supersededNanos = nowNanos;
            elect();
        }
        if (current != null && current.association().isEnded()) {
            closeCurrent();
            return current == null;
        }
        return false;
    }

    /** Gives the current session up; an older one that still lives takes its place. */
    public void closeCurrent() {
        assert thread.isCurrent();
        Session closing = current;
        current = older.isEmpty() ? null : older.removeFirst();
        if (current == null) {
            letGoOfLeaving();
        }
        elect();
        closing.close();
    }

    /** Closes everything; does not wait for the farewells. */
    public void closeAll() {
        while (current != null) {
            closeCurrent();
        }
    }

    /** Closes everything and waits a moment for the farewells to go out. */
    public void close() {
        try {
            while (current != null) {
                Association ending = current.association();
                closeCurrent();
                ending.awaitEnd(FAREWELL);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes every session send to {@code endpoint}.
     *
     * @param flightSender for the rest of the handshakes' records, above all the farewells
     */
    public void moveTo(Endpoint endpoint, SharedSender flightSender, long nowNanos) {
        moveTo(pathTo(endpoint), nowNanos);
        Association.FlightSender flights = (flight, at, length) -> flightSender.send(flight, at, length, endpoint);
        current.association().sendBy(flights);
        older.forEach(each -> each.association().sendBy(flights));
    }

    /**
     * Opens the current path's socket anew, so that it sends from the address that this host has now.
     *
     * @return whether that address is another one than before
     */
    public boolean reopenPath(long nowNanos) {
        PeerPath fresh =
                pathOpener.open(current.path().endpoint(), current.path().hasOwnSocket());
        boolean isWorse = current.path().hasOwnSocket() && !fresh.hasOwnSocket();
        if (isWorse || fresh.hasSameSource(current.path())) {
            fresh.retain();
            fresh.release();
            return false;
        }
        moveTo(fresh, nowNanos);
        return true;
    }

    private void moveTo(PeerPath next, long nowNanos) {
        assert thread.isCurrent();
        letGoOfLeaving();
        leaving = current.path();
        leaving.retain();
        leavingSinceNanos = nowNanos;
        current.moveTo(next);
        for (Session each : older) {
            if (each.path() != next) {
                each.moveTo(next);
            }
        }
        leaving.change(PathState.Change.LEFT);
    }

    /**
     * Every path on which something may come, each once: those of the sessions, and the one that was left last.
     *
     * @param into of at least {@link #MOST_PATHS} elements
     * @return how many there are
     */
    public int paths(PeerPath[] into) {
        int count = 0;
        if (current != null) {
            into[count++] = current.path();
        }
        // No iterator: this runs for every packet of a quiet flow.
        for (int i = 0; i < older.size(); i++) {
            count = addPath(older.get(i).path(), into, count);
        }
        return leaving == null ? count : addPath(leaving, into, count);
    }

    private static int addPath(PeerPath path, PeerPath[] into, int count) {
        for (int i = 0; i < count; i++) {
            if (into[i] == path) {
                return count;
            }
        }
        into[count] = path;
        return count + 1;
    }

    private void letGoOfLeaving() {
        if (leaving != null) {
            leaving.release();
            leaving = null;
        }
    }

    public boolean isSettled() {
        return older.isEmpty() && leaving == null && current != null && current.mayTransmit();
    }

    /**
     * The older session that the peer still uses, two seconds and more after the current one was established, although
     * it has never used the current one, which it lost or never had.
     */
    private Session preferredByPeer() {
        if (current == null || current.hasHeardData()) {
            return null;
        }
        for (Session each : older) {
            if (each.lastHeardNanos() - current.establishedNanos() > MOVES_OVER_WITHIN_NANOS) {
                return each;
            }
        }
        return null;
    }

    private boolean isRetired(Session session, long nowNanos) {
        return nowNanos - supersededNanos > RETIRE_AFTER_NANOS
                && nowNanos - session.lastHeardNanos() > RETIRE_AFTER_NANOS;
    }

    private boolean isClientLeader(Session session) {
        return (session.association().role() == Role.CLIENT) == isLeader;
    }

    private PeerPath pathTo(Endpoint endpoint) {
        if (current != null && current.path().endpoint().equals(endpoint)) {
            return current.path();
        }
        for (Session each : older) {
            if (each.path().endpoint().equals(endpoint)) {
                return each.path();
            }
        }
        return pathOpener.open(endpoint, current != null && current.path().hasOwnSocket());
    }
}
