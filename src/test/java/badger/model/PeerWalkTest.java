package badger.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.ConnectPolicy;
import badger.connect.SessionTimings;
import badger.handshake.HandshakeSettings;
import badger.peer.PeerState;
import badger.session.SessionSet;
import badger.testing.RandomCases;
import badger.udp.Endpoint;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A random walk of two nodes through everything that may happen to them: loss, datagrams that come twice or late,
 * restarts of either with and without a farewell, addresses that change with and without notice, a LAN that comes and
 * goes, an IEX that is away, a lack of memory that ends a round. What the program does is the program's; only sockets,
 * handshakes and the clock are the model's.
 *
 * <p>Shown: no change of a state that {@link PeerState} lacks (it would throw), a state that agrees with the sessions
 * after each round, no packet twice, no key or socket left behind; and once loss has stopped, always a session, and
 * soon the same one at both ends, that carries packets both ways. The seed is always the same, unless
 * {@code -Dbadger.walk.seed} says another.
 */
final class PeerWalkTest {
    private static final int STEPS = RandomCases.of(1_000_000);

    /** Faults last for so many steps, and then there are none for a while. */
    private static final int STEPS_OF_FAULTS = 4_000;

    /**
     * How long the ends may have different sessions after the last fault: until a peer that has lost its keys is given
     * up (45 s), and a call that was begun in vain has ended (10 s), with its pause.
     */
    private static final Duration DISAGREE_FOR = Duration.ofSeconds(60);

    /** The same without any fault: {@link SessionSet} has a peer move over within 2 s, and a look may be 1 s away. */
    private static final Duration APART_FOR = Duration.ofSeconds(3);

    /** Long enough for a path that has died meanwhile to be left, and for new keys. */
    private static final Duration CALM = Duration.ofSeconds(30);

    private final long seed = Long.getLong("badger.walk.seed", 20_261_201);
    private final Random random = new Random(seed);
    private long longestDisagreementMillis;

    @Test
    void whateverHappensThereIsASessionInTheEnd() {
        walk(new ModelPair(seed), STEPS / 2);
    }

    @Test
    void andAlsoWhereSessionsAreOpenedOnDemandAndKeysAreShort() {
        SessionTimings hasty =
                new SessionTimings(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(15));
        walk(new ModelPair(seed, hasty, ConnectPolicy.of(ConnectPolicy.When.ON_DEMAND), 2_000), STEPS / 4);
    }

    @Test
    void andAlsoWhereKeysAreShort() {
        SessionTimings hasty = new SessionTimings(Duration.ofSeconds(5), Duration.ofSeconds(20));
        walk(
                new ModelPair(seed, hasty, ConnectPolicy.of(ConnectPolicy.When.EAGER), HandshakeSettings.RECORD_LIMIT),
                STEPS / 4);
    }

    private void walk(ModelPair pair, int steps) {
        System.out.println("random walk: " + steps + " steps, -Dbadger.walk.seed=" + seed);
        try (pair) {
            for (int done = 0; done < steps; done += STEPS_OF_FAULTS) {
                faults(pair);
                calm(pair);
            }
        }
        assertTrue(pair.follower.lacksMet() + pair.leader.lacksMet() > 0, "nobody lacked memory: " + seed);
        assertEquals(0, pair.follower.openKeys() + pair.leader.openKeys(), "keys are left: " + seed);
        assertEquals(0, pair.follower.openSockets() + pair.leader.openSockets(), "sockets are left: " + seed);
        System.out.println("random walk: the ends disagreed for " + longestDisagreementMillis + " ms at most");
    }

    private void faults(ModelPair pair) {
        double loss = random.nextInt(4) * 0.2;
        pair.net.impair(loss, random.nextDouble() * 0.3, random.nextInt(300));
        for (int i = 0; i < STEPS_OF_FAULTS; i++) {
            step(pair);
        }
    }

    private void step(ModelPair pair) {
        ModelEnd end = random.nextBoolean() ? pair.follower : pair.leader;
        ModelEnd other = end == pair.follower ? pair.leader : pair.follower;
        switch (random.nextInt(1_000)) {
            case 0 -> end.restart(other, true);
            case 1 -> end.restart(other, false);
            case 2 -> end.rebind(anotherPort(end.seen()));
            case 3 -> end.roam(anotherPort(end.own()), anotherPort(end.seen()));
            case 4 -> pair.net.connectLan(random.nextBoolean());
            case 5 -> pair.net.takeIexAway(random.nextBoolean());
            case 6 -> pair.net.impair(random.nextInt(6) * 0.2, random.nextDouble() * 0.3, random.nextInt(300));
            case 7 -> pass(pair, random.nextInt(20_000));
            case 8 -> end.lackMemory();
            default -> {
                if (random.nextInt(4) == 0) {
                    end.send(pair.nextPacket());
                }
                pass(pair, random.nextInt(40));
            }
        }
    }

    private void pass(ModelPair pair, int millis) {
        pair.clock.pass(Duration.ofMillis(millis));
        pair.net.run();
        check(pair.follower);
        check(pair.leader);
    }

    private void check(ModelEnd end) {
        assertEquals(end.session() != null, end.state().hasSession(), () -> end.state() + ", seed " + seed);
        if (end.session() != null) {
            boolean isHoldingBack = end.state() == PeerState.HOLDING_BACK;
            // Its first record may have released the session since the last look.
            assertTrue(end.session().mayTransmit() || isHoldingBack, () -> end.state() + " may not send, seed " + seed);
            assertEquals(end.peer().session() != null, end.session() != null);
        }
        assertEquals(0, end.doubled(), () -> "a packet came twice, seed " + seed);
        assertTrue(end.openSockets() <= SessionSet.MOST_PATHS, () -> end.openSockets() + " sockets, seed " + seed);
    }

    private void calm(ModelPair pair) {
        pair.net.impair(0, 0, 0);
        pair.net.takeIexAway(false);
        pair.net.sendMaps();
        long stoppedNanos = pair.clock.nanoTime();
        int first = pair.nextPacket();
        boolean isSoon = pair.passUntil(DISAGREE_FOR, () -> {
            if (random.nextInt(20) == 0) {
                // On demand nobody would want a session otherwise.
                pair.follower.send(pair.nextPacket());
                pair.leader.send(pair.nextPacket());
            }
            return pair.agree() && pair.follower.hasReceivedSince(first) && pair.leader.hasReceivedSince(first);
        });
        assertTrue(isSoon, () -> describe(pair));
        longestDisagreementMillis = Math.max(
                longestDisagreementMillis,
                Duration.ofNanos(pair.clock.nanoTime() - stoppedNanos).toMillis());
        staysConnected(pair);
        assertTrue(pair.carries(pair.follower, pair.leader), () -> describe(pair));
        assertTrue(pair.carries(pair.leader, pair.follower), () -> describe(pair));
    }

    /** New keys take over meanwhile, at one end a moment before the other. */
    private void staysConnected(ModelPair pair) {
        long end = pair.clock.nanoTime() + CALM.toNanos();
        long agreedNanos = pair.clock.nanoTime();
        while (pair.clock.nanoTime() - end < 0) {
            if (random.nextInt(50) == 0) {
                pair.follower.send(pair.nextPacket());
                pair.leader.send(pair.nextPacket());
            }
            pass(pair, random.nextInt(20));
            agreedNanos = pair.agree() ? pair.clock.nanoTime() : agreedNanos;
            Duration apart = Duration.ofNanos(pair.clock.nanoTime() - agreedNanos);
            assertTrue(apart.compareTo(APART_FOR) <= 0, () -> "apart for " + apart + "; " + describe(pair));
        }
    }

    private String describe(ModelPair pair) {
        return "seed " + seed + "; follower " + pair.follower.describe() + "; leader " + pair.leader.describe();
    }

    private Endpoint anotherPort(Endpoint endpoint) {
        return endpoint.withPort(1_024 + random.nextInt(60_000));
    }
}
