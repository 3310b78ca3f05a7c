package badger.connect;

import badger.peer.PeerTimer;
import badger.session.Session;
import badger.time.Deadlines;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Decides whether a session with one peer is wanted now, and whether a session that carries nothing may be closed
 * (paper row P52). Where sessions are not opened on demand ({@link ConnectMode}), one is always wanted and none is
 * closed. Used by the peer's thread.
 */
final class OnDemand {
    /** How long this node punches after a knock or a call of the peer, and calls if its role says so. */
    static final long INVITATION_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * A peer that returns within this time after an idle session was closed does not open its own sessions on demand.
     */
    static final long RETURNS_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final ConnectMode mode;
    private final long idleNanos;
    private boolean isInvited;
    private long invitedNanos;
    private boolean isAwaitingReturn;
    private long closedNanos;
    private boolean hasReturned;
    private boolean isPeerEager;
    private boolean isUsed;
    private long lastUseNanos;

    /** @param idle how long a session carries no packet before it is closed */
    OnDemand(ConnectMode mode, Duration idle) {
        this.mode = mode;
        this.idleNanos = idle.toNanos();
    }

    boolean isOn() {
        return mode.isOnDemand();
    }

    /** The peer has knocked or called. */
    void invited(long nowNanos) {
        isInvited = true;
        invitedNanos = nowNanos;
        if (isAwaitingReturn && nowNanos - closedNanos <= RETURNS_WITHIN_NANOS) {
            hasReturned = true;
        }
        isAwaitingReturn = false;
    }

    /**
     * Whether a session is wanted while there is none.
     *
     * @param hasKept whether a packet waits for one
     */
    boolean isWanted(boolean hasKept, long nowNanos) {
        if (hasKept) {
            // A knock or call of the peer that comes now is the answer to this node's own knock.
            isAwaitingReturn = false;
        }
        isInvited &= nowNanos - invitedNanos < INVITATION_NANOS;
        return !isOn() || hasKept || isInvited;
    }

    /** Sets when the peer's knock or call expires, so that this is noticed even if nothing else happens. */
    void schedule(Deadlines<PeerTimer> deadlines) {
        if (isOn() && isInvited) {
            deadlines.set(PeerTimer.INVITATION, invitedNanos + INVITATION_NANOS);
        } else {
            deadlines.stop(PeerTimer.INVITATION);
        }
    }

    /**
     * There is a new session.
     *
     * @param isFirst whether there was no session before it
     */
    void began(boolean isFirst, long nowNanos) {
        isInvited = false;
        if (isFirst) {
            isUsed = false;
            lastUseNanos = nowNanos;
        }
    }

    /** The session has carried a packet, in either direction. */
    void used(long atNanos) {
        isUsed = true;
        lastUseNanos = atNanos - lastUseNanos > 0 ? atNanos : lastUseNanos;
    }

    /**
     * Whether the session is to be closed because it carries no packets; to be asked at least once a second. The
     * sessions of a plain peer stay open: such a peer connects at once, as the paper has it, and its server may take a
     * second call for noise (paper row P59).
     */
    boolean isIdle(Session current, boolean hasKept, long nowNanos) {
        if (current.takeHasSent()) {
            used(nowNanos);
        }
        if (current.hasHeardPacket()) {
            used(current.lastPacketNanos());
        }
        return isOn() && current.isBadger() && !hasKept && isUnused(nowNanos);
    }

    /**
     * Whether the session has carried no packet for long enough to be closed. The answer stays false once the peer has
     * opened a session anew after such an end although it had no packet.
     */
    boolean isUnused(long nowNanos) {
        if (isPeerEager || nowNanos - lastUseNanos < idleNanos) {
            return false;
        }
        isPeerEager = hasReturned && !isUsed;
        return !isPeerEager;
    }

    /** This node closed the session because it was idle. */
    void closedIdle(long nowNanos) {
        isInvited = false;
        hasReturned = false;
        isAwaitingReturn = true;
        closedNanos = nowNanos;
    }
}
