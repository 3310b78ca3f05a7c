package badger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code ping} printed.
 *
 * @param milliseconds one round trip per answer
 */
record RoundTrips(List<Double> milliseconds) {
    private static final Pattern ANSWER = Pattern.compile("icmp_seq=\\d+ .*time=([0-9.]+) ms");

    RoundTrips {
        milliseconds = List.copyOf(milliseconds);
    }

    /** @throws BenchException when nothing was answered */
    static RoundTrips parse(String output) {
        List<Double> milliseconds = new ArrayList<>();
        Matcher answer = ANSWER.matcher(output);
        while (answer.find()) {
            milliseconds.add(Double.valueOf(answer.group(1)));
        }
        if (milliseconds.isEmpty()) {
            throw new BenchException("no ping was answered");
        }
        return new RoundTrips(milliseconds);
    }

    double median() {
        return Statistics.percentile(milliseconds, 50);
    }

    double percentile99() {
        return Statistics.percentile(milliseconds, 99);
    }
}
