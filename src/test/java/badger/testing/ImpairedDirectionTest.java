package badger.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The bad path does what its settings say, the same for the same seed; time here is only a number. */
final class ImpairedDirectionTest {
    private static final long MILLI = 1_000_000L;
    private static final int PACKETS = 10_000;

    /** One packet a millisecond, named by its number; what came out, in order, and when. */
    private record Passage(List<Long> packets, List<Long> millis, ImpairedDirection.Counts counts) {
        static Passage of(Impairment impairment, long seed) {
            // A changed packet has another sign.
            ImpairedDirection<Long> direction = new ImpairedDirection<>(impairment, seed, (packet, _) -> -packet);
            List<Long> packets = new ArrayList<>();
            List<Long> millis = new ArrayList<>();
            for (long now = 1; now <= PACKETS + 5_000; now++) {
                if (now <= PACKETS) {
                    direction.offer(now * MILLI, now);
                }
                for (Long out = direction.poll(now * MILLI); out != null; out = direction.poll(now * MILLI)) {
                    packets.add(out);
                    millis.add(now);
                }
            }
            assertEquals(Long.MAX_VALUE, direction.nextNanos(), "something never came out");
            return new Passage(packets, millis, direction.counts());
        }

        long overtaken() {
            return LongStream.range(1, packets.size())
                    .filter(at -> packets.get((int) at) < packets.get((int) at - 1))
                    .count();
        }
    }

    @Test
    void nothingHappensWithoutImpairment() {
        Passage passage = Passage.of(Impairment.NONE, 1);
        assertEquals(LongStream.rangeClosed(1, PACKETS).boxed().toList(), passage.packets);
        assertEquals(passage.packets, passage.millis);
        assertEquals(new ImpairedDirection.Counts(PACKETS, 0, 0, 0, 0, 0, PACKETS), passage.counts);
    }

    @Test
    void sameSeedHasTheSameFateAndAnotherHasAnother() {
        Impairment bad = Impairment.NONE
                .withRoundTrip(Duration.ofMillis(100), 0.3)
                .withLoss(0.1)
                .withBursts(0.01, 5)
                .withDuplication(0.1)
                .withReordering(0.1, 20)
                .withFlips(0.1, true);
        assertEquals(Passage.of(bad, 7), Passage.of(bad, 7));
        assertNotEquals(Passage.of(bad, 7).packets, Passage.of(bad, 8).packets);
    }

    @Test
    void delayIsKeptWithinItsJitter() {
        Passage passage = Passage.of(Impairment.NONE.withRoundTrip(Duration.ofMillis(600), 0.3), 1);
        long sum = 0;
        for (int at = 0; at < PACKETS; at++) {
            long delay = passage.millis.get(at) - passage.packets.get(at);
            assertTrue(delay >= 210 && delay <= 390, "delay " + delay);
            sum += delay;
        }
        assertTrue(Math.abs(sum / PACKETS - 300) <= 3, "mean of " + sum + " / " + PACKETS);
        assertTrue(passage.overtaken() > PACKETS / 10, "jitter was to reorder");
        assertEquals(PACKETS, new HashSet<>(passage.packets).size());
    }

    @Test
    void lossAndDuplicationTakeTheirShareAndAreCounted() {
        Passage passage = Passage.of(Impairment.NONE.withLoss(0.2).withDuplication(0.05), 3);
        // Binomial: 2,000 with a standard deviation of 40, and 400 with one of 20; ten of those.
        assertNear(2_000, passage.counts.lost(), 400);
        assertNear(400, passage.counts.duplicated(), 200);
        int distinct = new HashSet<>(passage.packets).size();
        assertEquals(PACKETS - passage.counts.lost(), distinct);
        assertEquals(distinct + passage.counts.duplicated(), passage.packets.size());
        assertEquals(passage.packets.size(), passage.counts.delivered());
    }

    @Test
    void burstTakesNeighbours() {
        Passage passage = Passage.of(Impairment.NONE.withBursts(0.001, 20), 5);
        HashSet<Long> arrived = new HashSet<>(passage.packets);
        int run = 0;
        int bursts = 0;
        for (long packet = 1; packet <= PACKETS - 40; packet++) {
            run = arrived.contains(packet) ? 0 : run + 1;
            bursts += run == 20 ? 1 : 0;
        }
        assertTrue(bursts >= 3, "bursts " + bursts);
        assertEquals(PACKETS - arrived.size(), passage.counts.lost());
    }

    @Test
    void heldBackPacketIsOvertakenByAtMostTheDepth() {
        Passage passage = Passage.of(Impairment.NONE.withReordering(0.2, 50), 11);
        assertEquals(PACKETS, passage.packets.size());
        assertTrue(passage.counts.reordered() > PACKETS / 10, passage.counts::toString);
        long farthest = 0;
        for (int at = 0; at < PACKETS; at++) {
            farthest = Math.max(farthest, passage.millis.get(at) - passage.packets.get(at));
        }
        // At a packet a millisecond; the last ones wait for others that do not come, and leave by their time.
        assertTrue(farthest > 30 && farthest <= 201, "farthest " + farthest);
    }

    @Test
    void flippedPacketsAreCountedAndChanged() {
        Passage passage = Passage.of(Impairment.NONE.withFlips(0.1, false), 13);
        assertEquals(
                passage.counts.flipped(),
                passage.packets.stream().filter(packet -> packet < 0).count());
        assertNear(1_000, passage.counts.flipped(), 300);
    }

    private static void assertNear(long expected, long actual, long within) {
        assertTrue(Math.abs(actual - expected) <= within, actual + " is not near " + expected);
    }

    @Test
    void nothingComesOutBeforeItsTime() {
        ImpairedDirection<String> direction = new ImpairedDirection<>(
                Impairment.NONE.withRoundTrip(Duration.ofMillis(20), 0), 1, (packet, _) -> packet);
        assertEquals(1, direction.offer(0, "first"));
        assertEquals(10 * MILLI, direction.nextNanos());
        assertNull(direction.poll(10 * MILLI - 1));
        assertEquals("first", direction.poll(10 * MILLI));
        assertNull(direction.poll(Long.MAX_VALUE / 2));
    }

    @Test
    void wordsSayItAll() {
        Impairment bad = Impairment.NONE
                .withRoundTrip(Duration.ofMillis(1500), 0.3)
                .withLoss(0.01)
                .withBursts(0.001, 20)
                .withDuplication(0.05)
                .withReordering(0.2, 500)
                .withFlips(0.001, false);
        assertEquals(bad, Impairment.parse(bad.words()));
        assertEquals(Impairment.NONE, Impairment.parse(List.of()));
    }
}
