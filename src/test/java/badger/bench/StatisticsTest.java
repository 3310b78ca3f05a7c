package badger.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
    @Test
    void medianOfAnOddNumberIsTheMiddleSample() {
        assertEquals(new Statistics(3, 2, 1, 9, 1), Statistics.of(List.of(9.0, 1.0, 2.0)));
    }

    @Test
    void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertEquals(new Statistics(4, 2.5, 1, 10, 1), Statistics.of(List.of(10.0, 1.0, 2.0, 3.0)));
    }

    @Test
    void oneOutlierDoesNotMoveTheDeviation() {
        assertEquals(1, Statistics.of(List.of(1.0, 2.0, 3.0, 4.0, 1000.0)).deviation());
    }

    @Test
    void oneSampleIsEverything() {
        assertEquals(new Statistics(1, 7, 7, 7, 0), Statistics.of(List.of(7.0)));
    }

    @Test
    void percentilesAreLinearBetweenNeighbours() {
        List<Double> hundred =
                IntStream.rangeClosed(1, 100).mapToObj(Double::valueOf).toList();
        // NumPy: percentile(range(1, 101), 99) is 99.01.
        assertEquals(99.01, Statistics.percentile(hundred, 99), 1e-9);
        assertEquals(1, Statistics.percentile(hundred, 0));
        assertEquals(100, Statistics.percentile(hundred, 100));
    }

    @Test
    void refusesNothing() {
        assertThrows(IllegalArgumentException.class, () -> Statistics.of(List.of()));
    }
}
