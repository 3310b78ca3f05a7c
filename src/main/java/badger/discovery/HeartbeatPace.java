package badger.discovery;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * When heartbeats go (paper row P40), and when a server counts as silent. Times are in {@link System#nanoTime} terms.
 * Used by the link's thread.
 */
final class HeartbeatPace {
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long REFUSED_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A map is missing after this time. The node then asks for one by an early heartbeat, which IEX answers. */
    private static final long UNEASY_AFTER_NANOS = TimeUnit.SECONDS.toNanos(6);

    /** Interval of early heartbeats: IEX answers no more often. */
    private static final long UNEASY_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Two maps and five answers to early heartbeats are missing after this time. So another server is asked well within
     * 15 s.
     */
    private static final long SILENT_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(11_500);

    /** A node that no server has answered yet has nothing to lose by asking the next one. */
    private static final long SILENT_AT_START_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final long startNanos;
    private long nextNanos;
    private long lastNanos;
    private long lastHeardNanos;
    private long lastLocatedNanos;
    private boolean hasHeard;
    private boolean hasEverHeard;
    private boolean isKnownSilent;
    private boolean isRefused;
    private long retryNanos = FIRST_RETRY_NANOS;

    /** The first heartbeat is due at once. */
    HeartbeatPace(long startNanos) {
        this.startNanos = startNanos;
        this.nextNanos = startNanos;
        this.lastNanos = startNanos;
        this.lastHeardNanos = startNanos;
        this.lastLocatedNanos = startNanos;
    }

    long startNanos() {
        return startNanos;
    }

    long nextNanos() {
        long pause = nextNanos - lastNanos;
        if (isKnownSilent) {
            // At that time the silent server's turn is over, and the next server's begins.
            pause = Math.min(pause, notSooner(lastLocatedNanos - lastNanos + silentAfter() + 1));
        } else if (hasHeard && !isRefused) {
            pause = Math.min(pause, notSooner(lastHeardNanos - lastNanos + UNEASY_AFTER_NANOS));
        }
        return lastNanos + pause;
    }

    private static long notSooner(long pause) {
        return Math.max(pause, UNEASY_PAUSE_NANOS);
    }

    /** There is news for the server: the next heartbeat is due at once. */
    void hurry(long nowNanos) {
        nextNanos = nowNanos;
    }

    /**
     * A heartbeat was sent. The next one is due about five seconds later; the variation keeps nodes from beating in
     * step.
     */
    void beat(long nowNanos) {
        lastNanos = nowNanos;
        if (isRefused) {
            nextNanos = nowNanos + REFUSED_RETRY_NANOS;
        } else if (!hasHeard && retryNanos < HEARTBEAT_NANOS) {
            nextNanos = nowNanos + retryNanos;
            retryNanos += retryNanos / 2;
        } else {
            long lateness = ThreadLocalRandom.current().nextLong(HEARTBEAT_NANOS / 5);
            nextNanos = nowNanos + HEARTBEAT_NANOS * 9 / 10 + lateness;
        }
    }

    /**
     * A heartbeat could not be sent. Before the first answer this means that the network is not up yet, not that the
     * server is silent.
     */
    void notSent(long nowNanos) {
        if (!hasEverHeard) {
            lastHeardNanos = nowNanos;
        }
    }

    /**
     * A map came, or a refusal. The reason of a refusal may be this node's own past, which the server is about to
     * forget, so the node asks again soon.
     *
     * @return whether it is the server's first answer, or the first since it was silent
     */
    boolean heard(long nowNanos, boolean isRefusal) {
        boolean isFirst = !hasHeard;
        lastHeardNanos = nowNanos;
        hasHeard = true;
        hasEverHeard = true;
        isKnownSilent = false;
        isRefused = isRefusal;
        return isFirst;
    }

    /** Whether any server has answered since the start. */
    boolean hasEverHeard() {
        return hasEverHeard;
    }

    long silenceNanos(long nowNanos) {
        return nowNanos - lastHeardNanos;
    }

    boolean isSilent(long nowNanos) {
        return silenceNanos(nowNanos) >= silentAfter();
    }

    /** Notes that the server is silent. @return whether that is news */
    boolean fallSilent() {
        boolean isNews = !isKnownSilent;
        isKnownSilent = true;
        hasHeard = false;
        return isNews;
    }

    /** An address was looked up, which may be that of the next server. */
    void located(long nowNanos) {
        lastLocatedNanos = nowNanos;
    }

    /**
     * Whether the silent server has had its time. If so, another one is to be looked up; it is asked as often as the
     * first.
     */
    boolean moveOn(long nowNanos) {
        if (nowNanos - lastLocatedNanos <= silentAfter()) {
            return false;
        }
        askOften();
        return true;
    }

    /** Another server is asked now, as often as the first one was. */
    void askOften() {
        retryNanos = FIRST_RETRY_NANOS;
        isRefused = false;
    }

    private long silentAfter() {
        return hasEverHeard ? SILENT_AFTER_NANOS : SILENT_AT_START_NANOS;
    }
}
