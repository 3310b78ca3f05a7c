package badger.model;

import badger.connect.ConnectPolicy;
import badger.connect.SessionTimings;
import badger.handshake.HandshakeSettings;
import badger.testing.TestClock;
import badger.udp.Endpoint;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Two nodes of the model that a map has told of each other, the way between them, and the clock of both. */
public final class ModelPair implements AutoCloseable {
    public static final String FOLLOWER_IP = "10.0.0.10";
    public static final String LEADER_IP = "10.0.0.20";
    public static final Endpoint FOLLOWER_SEEN = Endpoint.ofIpv4(0xC6336401, 1_000);
    public static final Endpoint LEADER_SEEN = Endpoint.ofIpv4(0xC6336402, 2_000);
    public static final Endpoint FOLLOWER_OWN = Endpoint.ofIpv4(0xC0A80A01, 1_000);
    public static final Endpoint LEADER_OWN = Endpoint.ofIpv4(0xC0A80A02, 2_000);

    private static final Duration STEP = Duration.ofMillis(10);

    public final TestClock clock = new TestClock();
    public final ModelNet net;
    public final ModelEnd follower;
    public final ModelEnd leader;
    private int packets;

    public ModelPair(long seed) {
        this(seed, SessionTimings.DEFAULTS, ConnectPolicy.of(ConnectPolicy.When.EAGER), HandshakeSettings.RECORD_LIMIT);
    }

    public ModelPair(long seed, SessionTimings timings, ConnectPolicy policy, long recordLimit) {
        this(seed, timings, policy, policy, recordLimit);
    }

    /** Ends that connect differently. */
    public ModelPair(
            long seed, SessionTimings timings, ConnectPolicy ofFollower, ConnectPolicy ofLeader, long recordLimit) {
        net = new ModelNet(clock, seed);
        follower = new ModelEnd(net, FOLLOWER_IP, LEADER_IP, timings, ofFollower, recordLimit);
        leader = new ModelEnd(net, LEADER_IP, FOLLOWER_IP, timings, ofLeader, recordLimit);
        follower.place(FOLLOWER_OWN, FOLLOWER_SEEN);
        leader.place(LEADER_OWN, LEADER_SEEN);
        follower.start(leader);
        leader.start(follower);
    }

    /** Lets so much time pass, in steps of 10 ms. */
    public void pass(Duration time) {
        boolean _ = passUntil(time, () -> false);
    }

    /** Lets time pass until the condition holds. @return whether it came to hold in that time */
    public boolean passUntil(Duration atMost, BooleanSupplier condition) {
        long end = clock.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanoTime() - end >= 0) {
                return false;
            }
            clock.pass(STEP);
            net.run();
        }
        return true;
    }

    /** Milliseconds since the pair was made. */
    public long millis() {
        return net.millis(clock.nanoTime());
    }

    /** Whether both ends have a session, and the same. */
    public boolean agree() {
        return follower.association() != 0 && follower.association() == leader.association();
    }

    /** Sends a packet and waits a moment for it. @return whether it came */
    public boolean carries(ModelEnd from, ModelEnd to) {
        int number = nextPacket();
        from.send(number);
        return passUntil(Duration.ofSeconds(1), () -> to.hasReceived(number));
    }

    /** A number that no packet has had. */
    public int nextPacket() {
        return ++packets;
    }

    @Override
    public void close() {
        follower.close();
        leader.close();
    }
}
