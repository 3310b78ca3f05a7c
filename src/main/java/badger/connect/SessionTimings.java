package badger.connect;

import java.time.Duration;

/**
 * When a session sends a keep-alive, how old its keys may become, and when an unused one is closed (paper row P59,
 * which leaves all three open). How long a peer may be silent is not a setting: {@link SessionLiveness} has it.
 *
 * @param keepAlive time without a sent record after which an empty one goes out, which keeps the way through NATs and
 *     firewalls open; shorter than the silence after which the peer gives up
 * @param renewal age at which a session's keys are replaced by those of a new handshake
 * @param idle time without a packet after which a node that opens sessions on demand closes one
 */
public record SessionTimings(Duration keepAlive, Duration renewal, Duration idle) {
    /** A NAT may forget a UDP flow after 30 s (RFC 4787, section 4.3, has two minutes for those that follow it). */
    public static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    public static final Duration RENEWAL = Duration.ofMinutes(10);

    public static final Duration IDLE = Duration.ofMinutes(5);

    public static final SessionTimings DEFAULTS = new SessionTimings(KEEP_ALIVE, RENEWAL);

    /** Multiple of {@link #renewal} after which the keys are no longer used, even if no new handshake has succeeded. */
    private static final int HARD_STOP = 3;

    public SessionTimings {
        if (keepAlive.toMillis() < 1 || renewal.toMillis() < 1 || idle.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "keep-alive " + keepAlive + ", renewal " + renewal + " and idle " + idle + " must be positive");
        }
    }

    public SessionTimings(Duration keepAlive, Duration renewal) {
        this(keepAlive, renewal, IDLE);
    }

    /** When this end asks for new keys. The leader asks first, so that the two do not both call for no reason. */
    Duration renewalAt(boolean isLeader) {
        return isLeader ? renewal : renewal.plus(renewal.dividedBy(4));
    }

    Duration hardStop() {
        return renewal.multipliedBy(HARD_STOP);
    }
}
