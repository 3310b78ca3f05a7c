package badger.connect;

import badger.peer.PeerTimer;
import badger.session.Session;
import badger.time.Deadlines;
import java.util.concurrent.TimeUnit;

/**
 * Tells when a peer's current session wants a keep-alive or new keys, and when it is to be given up. A Badger peer
 * sends at least keep-alives. A plain peer may be silent for as long as it likes, and is called anew only when its key
 * is nearly used up (paper row P59): its server may take a second call from the same port for noise. Used by the peer's
 * thread.
 */
final class SessionLiveness {
    private static final long DEAD_AFTER_NANOS = TimeUnit.SECONDS.toNanos(45);

    /** While packets come, something is sent back at least this often, which tells the peer that they arrive. */
    private static final long ANSWER_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * The path is challenged this soon after packets have stopped. If a NAT has forgotten the flow, this is found out
     * before TCP has become slow to try again.
     */
    static final long CEASED_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private final Deadlines<PeerTimer> deadlines;
    private final long keepAliveNanos;
    private final long renewalNanos;
    private final long hardStopNanos;
    private long idleSinceNanos;
    private long recordsSealedThen;
    private long ceasedNanos;

    SessionLiveness(SessionTimings timings, boolean isLeader, Deadlines<PeerTimer> deadlines) {
        this.deadlines = deadlines;
        keepAliveNanos = timings.keepAlive().toNanos();
        renewalNanos = timings.renewalAt(isLeader).toNanos();
        hardStopNanos = timings.hardStop().toNanos();
    }

    /** A session was established. */
    void began(long nowNanos) {
        idleSinceNanos = nowNanos;
        ceasedNanos = nowNanos;
    }

    /** Whether nothing has been sent for so long that something should be; starts the count anew. */
    boolean wantsKeepAlive(Session current, long nowNanos) {
        long sealed = current.recordsSealed();
        if (sealed != recordsSealedThen) {
            recordsSealedThen = sealed;
            idleSinceNanos = nowNanos;
            return false;
        }
        boolean isDue = nowNanos - idleSinceNanos >= keepAliveNanos || owesAnswer(current, nowNanos);
        if (isDue) {
            idleSinceNanos = nowNanos;
        }
        return isDue;
    }

    /** A keep-alive was sent just now: its own record does not start the count anew. */
    void keptAlive(Session current) {
        recordsSealedThen = current.recordsSealed();
    }

    /** Whether packets come and nothing was sent for a while. */
    private boolean owesAnswer(Session current, long nowNanos) {
        return current.isBadger()
                && current.lastPacketNanos() - idleSinceNanos > 0
                && nowNanos - idleSinceNanos >= ANSWER_AFTER_NANOS;
    }

    /** Whether packets came and have just stopped; true once each time. */
    boolean hasCeased(Session current, long nowNanos) {
        long packetNanos = current.lastPacketNanos();
        boolean isNew =
                current.isBadger() && packetNanos - ceasedNanos > 0 && nowNanos - packetNanos >= CEASED_AFTER_NANOS;
        if (isNew) {
            ceasedNanos = nowNanos;
        }
        return isNew;
    }

    /** Whether something was sent after the peer was heard last, by what {@link #wantsKeepAlive} has seen. */
    boolean isUnanswered(Session current) {
        return idleSinceNanos - current.lastHeardNanos() > 0;
    }

    /**
     * Sets when to ask again if nothing is sent: at least once a second, because the session may have changed in other
     * ways.
     */
    void schedule(Session current, long nowNanos) {
        boolean isFlowing = current.isBadger() && current.lastPacketNanos() - ceasedNanos > 0;
        deadlines.set(PeerTimer.KEEP_ALIVE, idleSinceNanos + keepAliveNanos);
        deadlines.set(
                PeerTimer.FLOW,
                isFlowing ? current.lastPacketNanos() + CEASED_AFTER_NANOS : nowNanos + ANSWER_AFTER_NANOS);
    }

    /** There is no session. */
    void rest() {
        deadlines.stop(PeerTimer.KEEP_ALIVE);
        deadlines.stop(PeerTimer.FLOW);
    }

    boolean wantsRenewal(Session current, long nowNanos) {
        boolean isOld = current.isBadger() && age(current, nowNanos) > renewalNanos;
        return isOld || current.isNearlyUsedUp();
    }

    /** Why the session is of no more use; empty while it is of use. */
    String whyOver(Session current, long nowNanos) {
        boolean isBadger = current.isBadger();
        if (isBadger && nowNanos - current.lastHeardNanos() > DEAD_AFTER_NANOS) {
            return "silent for " + TimeUnit.NANOSECONDS.toSeconds(DEAD_AFTER_NANOS) + " s";
        }
        if (isBadger && age(current, nowNanos) > hardStopNanos) {
            return "its key is too old, and no handshake has brought a new one";
        }
        return current.isUsedUp() ? "its key has sealed as many records as it may" : "";
    }

    private static long age(Session session, long nowNanos) {
        return nowNanos - session.establishedNanos();
    }
}
