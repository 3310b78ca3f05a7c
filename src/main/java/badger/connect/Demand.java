package badger.connect;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Decides whether a node that opens sessions on demand wants one with a peer now, and whether it may close one that is
 * idle (paper row P52). Decisions on a clock that is passed in; owned by the peer's thread.
 */
final class Demand {
    /** How long a knock or a call of the peer's makes this node punch, and, as its role says, call. */
    static final long INVITATION_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Whoever is back so soon after a session was closed for want of packets does not open its own on demand. */
    static final long RETURNS_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final long idleNanos;
    private boolean isInvited;
    private long invitedNanos;
    private boolean isAwaitingReturn;
    private long closedNanos;
    private boolean hasReturned;
    private boolean isEager;
    private boolean isUsed;
    private long lastUseNanos;

    /** @param idle how long a session carries no packet before it is closed */
    Demand(Duration idle) {
        idleNanos = idle.toNanos();
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
     * Whether there is to be a session, where there is none.
     *
     * @param hasKept whether a packet waits for one
     */
    boolean isWanted(boolean hasKept, long nowNanos) {
        if (hasKept) {
            // If the peer knocks or calls now, it does so because this node has knocked.
            isAwaitingReturn = false;
        }
        return hasKept || (isInvited && nowNanos - invitedNanos < INVITATION_NANOS);
    }

    /**
     * There is a new session.
     *
     * @param isFirst whether there was none before it
     */
    void began(boolean isFirst, long nowNanos) {
        isInvited = false;
        if (isFirst) {
            isUsed = false;
            lastUseNanos = nowNanos;
        }
    }

    /** The session has carried a packet, one way or the other. */
    void used(long atNanos) {
        isUsed = true;
        lastUseNanos = Math.max(lastUseNanos, atNanos);
    }

    /**
     * Whether the session has carried no packet for so long that it may be closed; never, once the peer has opened one anew
     * after such an end for no packet's sake.
     */
    boolean isIdle(long nowNanos) {
        if (isEager || nowNanos - lastUseNanos < idleNanos) {
            return false;
        }
        isEager = hasReturned && !isUsed;
        return !isEager;
    }

    /** The session was closed because it was idle. */
    void closedIdle(long nowNanos) {
        isInvited = false;
        hasReturned = false;
        isAwaitingReturn = true;
        closedNanos = nowNanos;
    }
}
