package badger.path;

import badger.session.PathState;
import badger.udp.Endpoint;
import java.util.concurrent.TimeUnit;

/**
 * One endpoint of a peer that is being tried out, and what came of it: challenges go there until a response comes back
 * or nobody believes in it any more. Used by the peer's thread.
 */
final class PathAttempt {
    /** Challenges at 0, 100, 300, 700 and 1,500 ms, so that one of them gets through 20 % of loss each way. */
    private static final int MOST_CHALLENGES = 5;

    /** A power of two that is larger. */
    private static final int NUMBERS = 8;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Without a response by then, 3 s after the first, the attempt has failed; a round trip may take so long. */
    private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** For how long a response counts. */
    private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long STALE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Endpoint endpoint;
    private final long token;
    private final long startedNanos;
    /** When each challenge went, by its number. */
    private final long[] challengedNanos = new long[MOST_CHALLENGES];

    private int challenges;
    private long validatedNanos;
    private PathState state = PathState.TRIED;

    PathAttempt(Endpoint endpoint, long token, long nowNanos) {
        this.endpoint = endpoint;
        this.token = token & -NUMBERS;
        this.startedNanos = nowNanos;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** That of the last challenge, in whose lowest bits stands its number. */
    long token() {
        return token | (challenges - 1);
    }

    /** Whether a response to one of its challenges brings this token. */
    boolean hasSent(long responseToken) {
        return (responseToken & -NUMBERS) == token && (responseToken & NUMBERS - 1) < challenges;
    }

    /** Whether a challenge is to go now; counts it. */
    boolean takeChallenge(long nowNanos) {
        boolean isDue = !isValidated() && challenges < MOST_CHALLENGES && nowNanos - nextNanos() >= 0;
        if (isDue) {
            challengedNanos[challenges] = nowNanos;
            challenges++;
        }
        return isDue;
    }

    /** When to look at it again. */
    long nextNanos() {
        if (isValidated() || challenges == MOST_CHALLENGES) {
            return isValidated() ? validatedNanos + VALID_NANOS : startedNanos + LASTS_NANOS;
        }
        return startedNanos + FIRST_PAUSE_NANOS * ((1L << challenges) - 1);
    }

    /** A response came. @return the round trip, in nanoseconds */
    long validated(long responseToken, long nowNanos) {
        state = state.after(PathState.Change.ANSWERED);
        validatedNanos = nowNanos;
        return nowNanos - challengedNanos[(int) (responseToken & NUMBERS - 1)];
    }

    boolean isValidated() {
        return state == PathState.VALIDATED;
    }

    /** Whether the response is so old that it is worth asking again. */
    boolean isStale(long nowNanos) {
        return isValidated() && nowNanos - validatedNanos > STALE_AFTER_NANOS;
    }

    /** For how long there has been no response. */
    long waitingNanos(long nowNanos) {
        return isValidated() ? 0 : nowNanos - startedNanos;
    }

    /** Whether it is over now, and nothing is to be expected of it any more. */
    boolean isOver(long nowNanos) {
        boolean isOver =
                isValidated() ? nowNanos - validatedNanos > VALID_NANOS : nowNanos - startedNanos > LASTS_NANOS;
        if (isOver) {
            state = state.after(PathState.Change.OVER);
        }
        return isOver;
    }
}
