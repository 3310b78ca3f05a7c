package badger.path;

import badger.session.PathState;
import badger.udp.Endpoint;
import java.util.concurrent.TimeUnit;

/**
 * One endpoint of a peer that is being tried out, and the result: challenges go there until a response comes back or
 * the attempt has failed. Used by the peer's thread.
 */
final class PathAttempt {
    /** Challenges at 0, 100, 300, 700 and 1,500 ms, so that one of them gets through 20 % of loss each way. */
    private static final int MOST_CHALLENGES = 5;

    /** Token values per attempt: a power of two above {@link #MOST_CHALLENGES}. */
    private static final int NUMBERS = 8;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Without a response 3 s after the first challenge, the attempt has failed; a round trip may take that long. */
    private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How long a response counts. */
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

    /** The token of the last challenge; its lowest bits hold the challenge's number. */
    long token() {
        return token | (challenges - 1);
    }

    /** Whether this is the token of one of its challenges. */
    boolean hasSent(long responseToken) {
        return (responseToken & -NUMBERS) == token && (responseToken & NUMBERS - 1) < challenges;
    }

    /** Whether a challenge is due; counts it if so. */
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

    /** Whether the response is old enough to ask again. */
    boolean isStale(long nowNanos) {
        return isValidated() && nowNanos - validatedNanos > STALE_AFTER_NANOS;
    }

    /** How long there has been no response. */
    long waitingNanos(long nowNanos) {
        return isValidated() ? 0 : nowNanos - startedNanos;
    }

    /** Whether the attempt has failed, or its response no longer counts. */
    boolean isOver(long nowNanos) {
        boolean isOver =
                isValidated() ? nowNanos - validatedNanos > VALID_NANOS : nowNanos - startedNanos > LASTS_NANOS;
        if (isOver) {
            state = state.after(PathState.Change.OVER);
        }
        return isOver;
    }
}
