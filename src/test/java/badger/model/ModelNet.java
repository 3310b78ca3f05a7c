package badger.model;

import badger.testing.TestClock;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The way between the two ends of the model, on a test's clock: datagrams may be lost, doubled, delayed and so overtake
 * each other, by a seeded generator. IEX is here too: it tells each end where the other is, passes knocks on, and
 * relays what is sent to a relay endpoint.
 */
public final class ModelNet {
    private static final long DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long MAP_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Something that is on its way; it knows what to do when it arrives. */
    private record Flight(long atNanos, long number, Runnable arrival) {}

    private final TestClock clock;
    private final long startNanos;
    private final Random random;
    private final PriorityQueue<Flight> underWay = new PriorityQueue<>((a, b) ->
            a.atNanos() != b.atNanos() ? Long.signum(a.atNanos() - b.atNanos()) : Long.compare(a.number(), b.number()));
    private final List<ModelEnd> ends = new ArrayList<>();
    private double loss;
    private double doubling;
    private long jitterNanos;
    private boolean hasLan;
    private boolean isIexAway;
    private long flights;
    private long associations;
    private long nextMapNanos;
    private Predicate<ModelDatagram> passes = datagram -> true;

    public ModelNet(TestClock clock, long seed) {
        this.clock = clock;
        this.startNanos = clock.nanoTime();
        this.random = new Random(seed);
        this.nextMapNanos = clock.nanoTime();
    }

    void add(ModelEnd end) {
        ends.add(end);
    }

    TestClock clock() {
        return clock;
    }

    Random random() {
        return random;
    }

    long nextAssociation() {
        return ++associations;
    }

    /** Loses, doubles and delays from now on: shares from 0 to 1, and at most so much more than the least delay. */
    public void impair(double newLoss, double newDoubling, long newJitterMillis) {
        loss = newLoss;
        doubling = newDoubling;
        jitterNanos = TimeUnit.MILLISECONDS.toNanos(newJitterMillis);
    }

    /** Shows the test each datagram that an end sends; those that it says false to are lost. */
    public void watch(Predicate<ModelDatagram> newPasses) {
        passes = newPasses;
    }

    /** Milliseconds since the net was made. */
    public long millis(long atNanos) {
        return TimeUnit.NANOSECONDS.toMillis(atNanos - startNanos);
    }

    /** Lets a datagram arrive that a stranger sends, with whatever source. */
    public void inject(Endpoint source, ModelEnd to, byte[] bytes) {
        Endpoint target = to.seen();
        schedule(() -> to.arrived(source, target, bytes));
    }

    /** Whether the ends reach each other at their own addresses, too. */
    public void connectLan(boolean isConnected) {
        hasLan = isConnected;
    }

    boolean hasLan() {
        return hasLan;
    }

    /** Whether no maps come and no knock arrives. */
    public void takeIexAway(boolean isAway) {
        isIexAway = isAway;
    }

    /** Tells both ends at once where the other is. */
    public void sendMaps() {
        nextMapNanos = clock.nanoTime() + MAP_EVERY_NANOS;
        if (!isIexAway) {
            ends.forEach(each -> each.mapReceived(other(each)));
        }
    }

    void knock(ModelEnd from) {
        if (!isIexAway && random.nextDouble() >= loss) {
            ModelEnd to = other(from);
            schedule(to::knocked);
        }
    }

    void send(ModelEnd from, Endpoint target, byte[] bytes) {
        boolean isLost = random.nextDouble() < loss;
        if (!passes.test(new ModelDatagram(millis(clock.nanoTime()), from, target, bytes)) || isLost) {
            return;
        }
        ModelEnd to = other(from);
        if (RelayEndpoint.isOne(target)) {
            if (!isIexAway) {
                schedule(() -> to.arrivedByRelay(bytes));
            }
            return;
        }
        Endpoint source = target.equals(to.own()) ? from.own() : from.seen();
        schedule(() -> to.arrived(source, target, bytes));
        if (random.nextDouble() < doubling) {
            schedule(() -> to.arrived(source, target, bytes));
        }
    }

    private void schedule(Runnable arrival) {
        long jitter = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
        underWay.add(new Flight(clock.nanoTime() + DELAY_NANOS + jitter, flights++, arrival));
    }

    /** Delivers what has arrived by now, and a map if one is due; each end then has a round of its thread. */
    public void run() {
        long now = clock.nanoTime();
        while (!underWay.isEmpty() && now - underWay.peek().atNanos() >= 0) {
            underWay.poll().arrival().run();
        }
        if (now - nextMapNanos >= 0) {
            sendMaps();
        }
        ends.forEach(ModelEnd::round);
    }

    private ModelEnd other(ModelEnd end) {
        return ends.get(0) == end ? ends.get(1) : ends.get(0);
    }
}
