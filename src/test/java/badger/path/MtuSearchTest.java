package badger.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The search over a simulated path, with a clock that the test moves. */
final class MtuSearchTest {
    /** A path with an MTU, a round trip and loss, and the packets that are under way on it. */
    private static final class Path {
        private record Ack(long token, int length, long atMillis) {}

        private final Random random = new Random(8899);
        private final List<Ack> underWay = new ArrayList<>();
        private final MtuSearch search;
        private long nowMillis;
        private long roundTripMillis = 20;
        private long tickMillis = 50;
        private int width;
        private double loss;
        private boolean isLargeSent;
        private int probes;
        private int largestProbe;

        Path(int most, int width) {
            this.width = width;
            search = new MtuSearch(most, this::probe, () -> isLargeSent);
        }

        private void probe(long token, int size) {
            probes++;
            largestProbe = Math.max(largestProbe, size);
            boolean isLost = size > width || random.nextDouble() < loss || random.nextDouble() < loss;
            if (!isLost) {
                underWay.add(new Ack(token, Math.max(size, 9), nowMillis + roundTripMillis));
            }
        }

        void start() {
            search.start(now());
        }

        /** Lets time pass. @return whether the condition became true within {@code millis} */
        boolean pass(long millis, java.util.function.BooleanSupplier until) {
            long end = nowMillis + millis;
            while (!until.getAsBoolean() && nowMillis < end) {
                nowMillis += 10;
                List<Ack> due = underWay.stream()
                        .filter(ack -> ack.atMillis <= nowMillis)
                        .toList();
                underWay.removeAll(due);
                due.forEach(ack -> search.acked(ack.token, ack.length, now()));
                if (nowMillis % tickMillis == 0) {
                    search.tick(now());
                }
            }
            return until.getAsBoolean();
        }

        void pass(long millis) {
            pass(millis, () -> false);
        }

        private long now() {
            return TimeUnit.MILLISECONDS.toNanos(nowMillis);
        }
    }

    @Test
    void findsEveryWidthWithin16BytesAndASecondOrTwo() {
        for (int most : new int[] {1_400, 8_900}) {
            for (int width = MtuSearch.BASE; width <= 9_000; width += 7) {
                Path path = new Path(most, width);
                path.start();
                int wide = width;
                long deadlineMillis = most == 1_400 ? 1_100 : 2_200;
                assertTrue(path.pass(deadlineMillis, path.search::isSettled), () -> "not settled at " + wide);
                int found = path.search.largest();
                int best = Math.min(width, most);
                assertTrue(found <= best && found > best - MtuSearch.PRECISION, found + " of " + best);
            }
        }
    }

    @Test
    void isContentAtOnceWhereEverythingPasses() {
        Path path = new Path(8_900, 8_900);
        path.start();
        assertEquals(1_400, path.search.largest(), "the careful value");
        path.pass(30);
        assertTrue(path.search.isSettled());
        assertEquals(8_900, path.search.largest());
        int probes = path.probes;
        path.pass(TimeUnit.HOURS.toMillis(1));
        assertEquals(probes, path.probes, "nothing was sent, so nothing is to be confirmed");
    }

    @Test
    void usesTheLikelyValueUntilItIsProvenWrong() {
        Path path = new Path(1_400, 1_250);
        path.start();
        assertEquals(1_400, path.search.largest());
        assertTrue(path.pass(800, () -> path.search.largest() < 1_400));
        assertTrue(path.search.largest() <= 1_250 && path.search.largest() >= MtuSearch.BASE);
        assertFalse(path.search.isSettled(), "there is more to find out");
    }

    @Test
    void aTunThatIsNoWiderThanTheBaseNeedsNoProbe() {
        Path path = new Path(1_000, 9_000);
        path.start();
        assertTrue(path.search.isSettled());
        assertEquals(1_000, path.search.largest());
        path.isLargeSent = true;
        path.pass(TimeUnit.HOURS.toMillis(1));
        assertEquals(0, path.probes);
    }

    @Test
    void noticesABlackHoleAlsoWhereNoLargePacketWasSentBefore() {
        for (long tickMillis : new long[] {50, 200}) {
            Path path = new Path(1_400, 1_400);
            path.tickMillis = tickMillis;
            path.start();
            path.pass(20_000);
            assertEquals(1_400, path.search.largest());
            path.width = 1_235;
            path.isLargeSent = true;
            assertTrue(path.pass(1_400, () -> path.search.largest() <= 1_235), "looked at every " + tickMillis + " ms");
        }
    }

    @Test
    void isRightInSpiteOfLossAndLongRoundTrips() {
        int wrong = 0;
        int runs = 0;
        for (long roundTripMillis : new long[] {1, 50, 300, 700}) {
            for (int width : new int[] {1_200, 1_237, 1_290, 1_372, 1_400}) {
                for (int seed = 0; seed < 20; seed++) {
                    Path path = new Path(1_400, width);
                    path.random.setSeed(seed * 31L + width);
                    path.loss = 0.2;
                    path.roundTripMillis = roundTripMillis;
                    path.start();
                    assertTrue(path.pass(120_000, path.search::isSettled), "not settled");
                    assertTrue(path.search.largest() <= width, path.search.largest() + " of " + width);
                    wrong += path.search.largest() <= width - MtuSearch.PRECISION ? 1 : 0;
                    runs++;
                }
            }
        }
        // A size is refused wrongly when five of its probes are lost by chance, and those of the next larger sizes too.
        assertTrue(wrong * 20 < runs, wrong + " of " + runs + " found too little");
    }

    @Test
    void noticesABlackHoleWithinASecondWhileLargePacketsAreSent() {
        Path path = new Path(8_900, 8_900);
        path.start();
        path.isLargeSent = true;
        path.pass(20_000);
        assertEquals(8_900, path.search.largest());
        path.width = 1_235;
        assertTrue(path.pass(1_000, () -> path.search.largest() <= 1_235), "still " + path.search.largest());
        assertTrue(path.pass(3_000, path.search::isSettled));
        assertTrue(path.search.largest() > 1_235 - MtuSearch.PRECISION && path.search.largest() <= 1_235);
    }

    @Test
    void aDeadPathIsNoNarrowPath() {
        Path path = new Path(1_400, 1_400);
        path.start();
        path.isLargeSent = true;
        path.pass(5_000);
        path.loss = 1;
        path.pass(20_000);
        assertEquals(1_400, path.search.largest());
        assertTrue(path.search.isSettled(), "it looks for nothing smaller");
    }

    @Test
    void seldomTakesLossForABlackHole() {
        Path path = new Path(1_400, 1_400);
        path.start();
        path.pass(1_000, path.search::isSettled);
        path.isLargeSent = true;
        path.loss = 0.1;
        long narrowMillis = 0;
        for (int i = 0; i < 60_000; i++) {
            path.pass(10);
            narrowMillis += path.search.largest() < 1_400 ? 10 : 0;
        }
        assertTrue(narrowMillis < 6_000, "narrow for " + narrowMillis + " ms of ten minutes");
    }

    @Test
    void findsAWiderPathWithTheRaiseTimer() {
        Path path = new Path(8_900, 1_300);
        path.start();
        path.pass(5_000, path.search::isSettled);
        path.width = 8_900;
        path.pass(TimeUnit.MINUTES.toMillis(9));
        assertTrue(path.search.largest() <= 1_300);
        path.pass(TimeUnit.SECONDS.toMillis(70), () -> path.search.largest() == 8_900);
        assertEquals(8_900, path.search.largest());
        assertTrue(path.search.isSettled());
    }

    @Test
    void peerThatAnswersNoProbesIsSentTheLikelyValue() {
        Path path = new Path(8_900, 8_900);
        path.loss = 1;
        path.start();
        assertTrue(path.pass(15_000, path.search::isSettled));
        assertEquals(1_400, path.search.largest());
        path.loss = 0;
        path.pass(TimeUnit.SECONDS.toMillis(31));
        assertEquals(8_900, path.search.largest());
    }

    @Test
    void strayAcknowledgementsChangeNothing() {
        Path path = new Path(8_900, 1_300);
        path.start();
        path.pass(5_000, path.search::isSettled);
        int found = path.search.largest();
        for (int i = 0; i < 100_000; i++) {
            path.search.acked(path.random.nextLong(), path.random.nextInt(70_000), path.now());
        }
        assertEquals(found, path.search.largest());
    }
}
