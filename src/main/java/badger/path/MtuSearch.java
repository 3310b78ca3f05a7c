package badger.path;

import badger.peer.PeerTimer;
import badger.time.Deadlines;
import java.util.concurrent.TimeUnit;

/**
 * Finds the largest packet that a path carries, and notices when it carries less. The states are those of RFC 8899 in
 * other words: the base is taken for granted, the search tries several sizes at once, and the result is confirmed only
 * while large packets are being sent. It uses no ICMP, which is often lost or forged. Sizes are those of inner packets.
 *
 * <p>Probes go in {@linkplain MtuVolley volleys}: one of each size in question and a small one. A volley whose small
 * probe comes back without one of the others speaks against that size; a volley of which nothing comes back says
 * nothing about sizes. This tells loss and a dead path from a path that carries less.
 *
 * <p>Logic only: the caller gives the time and sends. Used by the peer's thread.
 */
final class MtuSearch {
    /**
     * The size that every path is taken to carry: 1,280 bytes, the least of IPv6 (RFC 8200, section 5), less an outer
     * header of 40, 8 of UDP, 42 of the record, and 10 for a relay's header.
     */
    static final int BASE = 1_180;

    /** The size used at first, which nearly every path carries: 1,500 less the usual encapsulation. */
    static final int LIKELY = 1_400;

    /** The search is over when the answer is known to this many bytes. */
    static final int PRECISION = 16;

    /**
     * 1,280 is the least of IPv6 inside the mesh; 1,430 is what 1,500 carries, 4,352 is the MTU of FDDI and some
     * clouds, 8,900 that of jumbo frames.
     */
    private static final int[] LIKELY_SIZES = {BASE, 1_280, 1_320, 1_360, LIKELY, 1_430, 2_000, 4_300, 8_900};

    /** Sizes in one volley, besides the largest possible. */
    private static final int MOST_SIZES = LIKELY_SIZES.length + 1;

    private static final int SIZES_BETWEEN = 7;

    /**
     * Volleys that must speak against a size. It takes more where whole volleys are lost: at 20 % of loss each way, 1
     * in 160 is wrong.
     */
    private static final int ENOUGH = 3;

    private static final int ENOUGH_WITH_LOSS = 5;

    /** Confirmations in a row, each at the first try, after which a path counts as one without loss. */
    private static final int LOSSLESS_AGAIN = 20;

    /**
     * Volleys in a row of which nothing comes back, after which the path counts as dead, or its other end as one that
     * does not answer probes.
     */
    private static final int MOST_SILENT = 6;

    /** Lets a stream that has lost one flight continue with its third repetition at the latest, 1.4 s later. */
    private static final long CONFIRM_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** PMTU_RAISE_TIMER (RFC 8899, section 5.1.1): when a larger size is tried. */
    static final long RAISE_NANOS = TimeUnit.SECONDS.toNanos(600);

    /** The same as {@link #RAISE_NANOS}, where nobody answered. */
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Tells what has been sent, besides probes. */
    interface Sent {
        /** Whether a packet above {@link #BASE} was sent since the last call. */
        boolean takeLarge();
    }

    private enum State {
        RESTING,
        SEARCHING,
        CONFIRMING
    }

    private final int most;
    private final MtuVolley volley;
    private final Sent sent;
    private final int[] sizes = new int[MOST_SIZES];
    private State state = State.RESTING;
    private int sizeCount;
    private int confirmed;
    private int tooLarge;
    private int hoped;
    private int found;
    private boolean isSettled;
    private int against;
    private int silent;
    private boolean isAnswered;
    private boolean hasLoss;
    private int lossless;
    private boolean isWatching;
    private long confirmNanos;
    private long raiseNanos;

    /**
     * Makes a search for a path of which nothing is known. It does nothing before {@link #start}.
     *
     * @param most the largest packet there can be, the MTU of the TUN
     */
    MtuSearch(int most, MtuVolley.Prober prober, Sent sent) {
        this.most = most;
        this.volley = new MtuVolley(prober);
        this.sent = sent;
    }

    void start(long nowNanos) {
        hoped = Math.min(most, LIKELY);
        isSettled = false;
        tooLarge = most + 1;
        confirmed = 0;
        search(nowNanos);
    }

    /** The largest packet that may be sent now. */
    int largest() {
        if (isSettled) {
            return found;
        }
        int believed = hoped < tooLarge ? hoped : 0;
        return Math.max(Math.min(BASE, most), Math.max(confirmed, believed));
    }

    /** Whether {@link #largest} is the result of a search, and not a first or careful value. */
    boolean isSettled() {
        return isSettled;
    }

    /** Ends the volley that is over, or begins a search or a confirmation that is due. */
    void tick(long nowNanos) {
        if (state != State.RESTING) {
            if (nowNanos - volley.endNanos() >= 0) {
                judge(nowNanos);
            }
        } else if (found < most && nowNanos - raiseNanos >= 0) {
            // The size that was found stays in use meanwhile.
            tooLarge = most + 1;
            search(nowNanos);
        } else if (found > BASE) {
            watch(nowNanos);
        }
    }

    /** Sets when to look again. */
    void schedule(Deadlines<PeerTimer> deadlines) {
        if (state != State.RESTING) {
            deadlines.set(PeerTimer.MTU, volley.endNanos());
        } else if (found < most && !(isWatching && confirmNanos - raiseNanos < 0)) {
            deadlines.set(PeerTimer.MTU, raiseNanos);
        } else if (isWatching) {
            deadlines.set(PeerTimer.MTU, confirmNanos);
        } else {
            deadlines.stop(PeerTimer.MTU);
        }
    }

    /** The peer says that a probe of this length came. */
    void acked(long token, int length, long nowNanos) {
        int size = MtuVolley.size(token);
        int age = volley.age(token);
        if (age == MtuVolley.UNKNOWN || (size != MtuVolley.SMALL && size != length)) {
            return;
        }
        volley.answered(token, nowNanos);
        silent = 0;
        isAnswered = true;
        if (size > confirmed) {
            // An earlier volley that spoke against this size was loss.
            hasLoss |= age == 0 && against > 0;
            confirmed = size;
        }
        if (size >= tooLarge) {
            // The answer was late, not missing.
            tooLarge = most + 1;
        }
        if (state == State.SEARCHING && size == sizes[sizeCount - 1]) {
            goOn(nowNanos);
        } else if (state == State.CONFIRMING && size == found) {
            rest(nowNanos);
        }
    }

    /** While large packets are sent, asks at intervals whether they still arrive. */
    private void watch(long nowNanos) {
        if (!isWatching) {
            if (sent.takeLarge()) {
                isWatching = true;
                confirmNanos = nowNanos + CONFIRM_NANOS;
            }
        } else if (nowNanos - confirmNanos >= 0) {
            if (sent.takeLarge()) {
                state = State.CONFIRMING;
                confirmed = 0;
                sizes[0] = found;
                sizeCount = 1;
                beginRound(nowNanos);
            } else {
                isWatching = false;
            }
        }
    }

    private void rest(long nowNanos) {
        state = State.RESTING;
        confirmed = Math.max(confirmed, found);
        lossless = against + silent == 0 ? lossless + 1 : 0;
        hasLoss &= lossless < LOSSLESS_AGAIN;
        confirmNanos = nowNanos + CONFIRM_NANOS;
        isWatching = true;
    }

    private void search(long nowNanos) {
        volley.beginSearch();
        isWatching = false;
        sizeCount = 0;
        int above = Math.max(confirmed, Math.min(BASE, most) - 1);
        int top = Math.min(most, tooLarge - 1);
        for (int size : LIKELY_SIZES) {
            if (size > above && size < top) {
                sizes[sizeCount++] = size;
            }
        }
        if (top <= BASE) {
            settle(nowNanos);
            return;
        }
        sizes[sizeCount++] = top;
        state = State.SEARCHING;
        beginRound(nowNanos);
    }

    private void beginRound(long nowNanos) {
        against = 0;
        silent = 0;
        volley.fire(sizes, sizeCount, confirmed, nowNanos);
    }

    private void judge(long nowNanos) {
        if (volley.isSmallBack()) {
            against++;
            silent = 0;
        } else {
            silent++;
            hasLoss = true;
            volley.slowDown();
        }
        // A peer that has answered before will again, or its session ends.
        boolean maySearchOn = state == State.SEARCHING && isAnswered && !isSettled;
        if (silent >= MOST_SILENT && !maySearchOn) {
            giveUp(nowNanos);
        } else if (against < (hasLoss ? ENOUGH_WITH_LOSS : ENOUGH)) {
            volley.fire(sizes, sizeCount, confirmed, nowNanos);
        } else if (state == State.CONFIRMING) {
            fall(nowNanos);
        } else {
            goOn(nowNanos);
        }
    }

    /** Large packets are lost, and small ones are not (RFC 8899, section 4.3). */
    private void fall(long nowNanos) {
        hoped = 0;
        isSettled = false;
        // It may have been chance, so this size is asked for again; larger ones wait for the raise timer.
        tooLarge = found + 1;
        confirmed = 0;
        search(nowNanos);
    }

    /** Ends a round of a search, and begins the next one between the sizes that came and those that did not. */
    private void goOn(long nowNanos) {
        for (int i = sizeCount - 1; i >= 0; i--) {
            if (sizes[i] > confirmed) {
                tooLarge = sizes[i];
            }
        }
        int low = Math.max(confirmed, Math.min(BASE, most));
        int between = Math.min(SIZES_BETWEEN, (tooLarge - 1 - low) / PRECISION);
        if (between <= 0 || low >= most) {
            settle(nowNanos);
            return;
        }
        sizeCount = between;
        for (int i = 0; i < between; i++) {
            sizes[i] = low + (tooLarge - low) * (i + 1) / (between + 1);
        }
        beginRound(nowNanos);
    }

    private void settle(long nowNanos) {
        found = Math.max(confirmed, Math.min(BASE, most));
        end(nowNanos, RAISE_NANOS);
    }

    private void giveUp(long nowNanos) {
        if (state == State.SEARCHING) {
            found = largest();
            end(nowNanos, RETRY_NANOS);
            confirmed = 0;
        } else {
            rest(nowNanos);
        }
    }

    private void end(long nowNanos, long untilNextNanos) {
        confirmed = found;
        isSettled = true;
        state = State.RESTING;
        raiseNanos = nowNanos + untilNextNanos;
    }
}
