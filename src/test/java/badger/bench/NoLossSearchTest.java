package badger.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search against paths whose answer is known. */
final class NoLossSearchTest {
    private static final NoLossSearch SEARCH = new NoLossSearch(0.02, 20);

    private final List<Double> asked = new ArrayList<>();

    @Test
    void findsTheCapacityOfAPathThatDropsTheRest() {
        double found = SEARCH.highestRate(flood(500_000, 123_000), rate -> path(rate, 500_000, 123_000));
        // The capacity itself still passes with the tolerated loss on top.
        assertTrue(found >= 123_000 * 0.97 && found <= 123_000 * 1.006, "found " + found);
    }

    @Test
    void findsTheCapacityOfAPathThatCollapsesUnderFlood() {
        NoLossSearch.Trial collapsed = new NoLossSearch.Trial(900_000, 4_000);
        double found = SEARCH.highestRate(collapsed, rate -> path(rate, 900_000, 250_000));
        assertTrue(found >= 250_000 * 0.97 && found <= 250_000 * 1.006, "found " + found);
    }

    @Test
    void takesTheFloodItselfWhenItLosesNothing() {
        assertEquals(80_000, SEARCH.highestRate(flood(80_000, 100_000), this::unexpected));
        assertEquals(List.of(), asked);
    }

    @Test
    void countsWhatWasSentNotWhatWasAskedFor() {
        // The sender reaches 60,000 when paced, less than unpaced.
        double found = SEARCH.highestRate(new NoLossSearch.Trial(100_000, 70_000), rate -> path(rate, 60_000, 90_000));
        assertEquals(60_000, found);
        assertEquals(1, asked.size());
    }

    @Test
    void aPathThatAlwaysLosesHasNoRate() {
        NoLossSearch search = new NoLossSearch(0.02, 6);
        assertEquals(0, search.highestRate(new NoLossSearch.Trial(1000, 900), rate -> {
            asked.add(rate);
            return new NoLossSearch.Trial(rate, rate * 0.9);
        }));
        assertEquals(12, asked.size(), "each of six rates twice");
    }

    @Test
    void oneBadTrialIsForgiven() {
        boolean[] stalled = {false};
        double found = SEARCH.highestRate(flood(500_000, 100_000), rate -> {
            NoLossSearch.Trial trial = path(rate, 500_000, 100_000);
            if (!stalled[0]) {
                stalled[0] = true;
                return new NoLossSearch.Trial(trial.sent(), trial.received() * 0.9);
            }
            return trial;
        });
        assertTrue(found >= 97_000, "found " + found);
    }

    @Test
    void aTrialThatSentNothingHasLostEverything() {
        assertEquals(1, new NoLossSearch.Trial(0, 0).loss());
    }

    private static NoLossSearch.Trial flood(double senderLimit, double capacity) {
        return new NoLossSearch.Trial(senderLimit, Math.min(senderLimit, capacity));
    }

    private NoLossSearch.Trial path(double rate, double senderLimit, double capacity) {
        asked.add(rate);
        double sent = Math.min(rate, senderLimit);
        return new NoLossSearch.Trial(sent, Math.min(sent, capacity));
    }

    private NoLossSearch.Trial unexpected(double rate) {
        asked.add(rate);
        throw new AssertionError("sent at " + rate);
    }
}
