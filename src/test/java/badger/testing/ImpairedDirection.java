package badger.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * One direction of a bad path: packets go in at one end and come out at the other later, in another order, twice,
 * changed or not at all, as an {@link Impairment} says. The caller tells the time, and every choice comes from the
 * seed: the same packets at the same times have the same fate again. Any threads use it, one at a time under its
 * monitor.
 *
 * @param <P> a packet
 */
public final class ImpairedDirection<P> {
    /** How many packets may be under way; what comes beyond is lost and counted. */
    private static final int CAPACITY = 1 << 16;

    /** How long a packet is held back at most after its time, where no later ones come to overtake it. */
    private static final long HELD_BACK_NANOS = 200_000_000L;

    /** What became of the packets so far. */
    public record Counts(
            long offered, long lost, long duplicated, long reordered, long flipped, long overflowed, long delivered) {}

    private record UnderWay<P>(long dueNanos, long number, P packet) {}

    private record HeldBack<P>(long afterNumber, long latestNanos, P packet) {}

    private final Impairment impairment;
    private final BiFunction<P, RandomGenerator, P> flipper;
    private final SplittableRandom random;
    private final PriorityQueue<UnderWay<P>> underWay = new PriorityQueue<>(
            Comparator.<UnderWay<P>>comparingLong(UnderWay::dueNanos).thenComparingLong(UnderWay::number));
    private final List<HeldBack<P>> heldBack = new ArrayList<>();
    private long number;
    private int burstLeft;
    private long offered;
    private long lost;
    private long duplicated;
    private long reordered;
    private long flipped;
    private long overflowed;
    private long delivered;

    /** @param flipper makes a copy with one bit changed; the same packet again where it has no bit to change */
    public ImpairedDirection(Impairment impairment, long seed, BiFunction<P, RandomGenerator, P> flipper) {
        this.impairment = impairment;
        this.flipper = flipper;
        random = new SplittableRandom(seed);
    }

    /**
     * A packet goes in. Times of later calls must not be smaller, but for what a few threads differ by.
     *
     * @return how often it will come out: 0, 1 or 2
     */
    public synchronized int offer(long nowNanos, P packet) {
        offered++;
        if (isLost()) {
            lost++;
            return 0;
        }
        if (underWay.size() + heldBack.size() >= CAPACITY) {
            overflowed++;
            return 0;
        }
        P changed = packet;
        if (happens(impairment.flips())) {
            changed = flipper.apply(packet, random);
            flipped++;
        }
        number++;
        releaseUpTo(number, nowNanos);
        long due = nowNanos + delayNanos();
        if (happens(impairment.reordering())) {
            reordered++;
            long after = number + 1 + random.nextInt(Math.max(1, impairment.depth()));
            heldBack.add(new HeldBack<>(after, due + HELD_BACK_NANOS, changed));
        } else {
            underWay.add(new UnderWay<>(due, number, changed));
        }
        if (!happens(impairment.duplication())) {
            return 1;
        }
        duplicated++;
        underWay.add(new UnderWay<>(nowNanos + delayNanos(), number, changed));
        return 2;
    }

    /** The next packet whose time has come; null when none is due yet. */
    public synchronized P poll(long nowNanos) {
        releaseLate(nowNanos);
        UnderWay<P> next = underWay.peek();
        if (next == null || next.dueNanos - nowNanos > 0) {
            return null;
        }
        delivered++;
        return underWay.remove().packet;
    }

    /**
     * Returns when {@link #poll} will have the next packet, unless another is offered, or {@link Long#MAX_VALUE} if
     * nothing is under way.
     */
    public synchronized long nextNanos() {
        long next = underWay.isEmpty() ? Long.MAX_VALUE : underWay.peek().dueNanos;
        for (HeldBack<P> each : heldBack) {
            next = Math.min(next, each.latestNanos);
        }
        return next;
    }

    public synchronized Counts counts() {
        return new Counts(offered, lost, duplicated, reordered, flipped, overflowed, delivered);
    }

    private boolean isLost() {
        if (burstLeft == 0 && happens(impairment.burst())) {
            burstLeft = impairment.burstLength();
        }
        if (burstLeft > 0) {
            burstLeft--;
            return true;
        }
        return happens(impairment.loss());
    }

    /** Those that enough later ones have overtaken leave together with the last of these. */
    private void releaseUpTo(long passed, long nowNanos) {
        heldBack.removeIf(each -> {
            boolean isOvertaken = each.afterNumber <= passed;
            if (isOvertaken) {
                underWay.add(new UnderWay<>(nowNanos + delayNanos(), passed, each.packet));
            }
            return isOvertaken;
        });
    }

    private void releaseLate(long nowNanos) {
        heldBack.removeIf(each -> {
            boolean isLate = each.latestNanos - nowNanos <= 0;
            if (isLate) {
                underWay.add(new UnderWay<>(each.latestNanos, number, each.packet));
            }
            return isLate;
        });
    }

    private long delayNanos() {
        double spread = impairment.jitter() * (2 * random.nextDouble() - 1);
        return Math.round(impairment.delay().toNanos() * (1 + spread));
    }

    private boolean happens(double chance) {
        return chance > 0 && random.nextDouble() < chance;
    }
}
