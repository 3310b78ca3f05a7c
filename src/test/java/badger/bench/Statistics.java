package badger.bench;

import java.util.Arrays;
import java.util.Collection;

/**
 * What is said of the samples of one measure: one sample per round.
 *
 * @param median the middle sample, or the mean of the two in the middle
 * @param deviation the median absolute deviation from the median, which one outlier does not move
 */
record Statistics(int count, double median, double minimum, double maximum, double deviation) {
    /** @throws IllegalArgumentException without samples */
    static Statistics of(Collection<Double> samples) {
        double[] sorted = sorted(samples);
        double median = percentile(sorted, 50);
        double[] distances = Arrays.stream(sorted)
                .map(sample -> Math.abs(sample - median))
                .sorted()
                .toArray();
        return new Statistics(sorted.length, median, sorted[0], sorted[sorted.length - 1], percentile(distances, 50));
    }

    /** Returns a percentile, linear between neighbours (Hyndman and Fan's type 7, as R and NumPy have it). */
    static double percentile(Collection<Double> observations, double percent) {
        return percentile(sorted(observations), percent);
    }

    private static double percentile(double[] sorted, double percent) {
        double position = percent / 100 * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = (int) Math.ceil(position);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    private static double[] sorted(Collection<Double> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
        return samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
