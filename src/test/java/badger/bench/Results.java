package badger.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The samples of a run, by path and measure, and what went wrong. Used by one thread. */
final class Results {
    private final Map<String, Map<Measure, List<Double>>> samples = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    void add(String path, Measure measure, double sample) {
        samples.computeIfAbsent(path, any -> new EnumMap<>(Measure.class))
                .computeIfAbsent(measure, any -> new ArrayList<>())
                .add(sample);
    }

    /** Notes a measurement that gave no sample; the report lists them. */
    void addFailure(String sentence) {
        failures.add(sentence);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** In the order of the rounds; empty when nothing was measured. */
    List<Double> samples(String path, Measure measure) {
        return List.copyOf(samples.getOrDefault(path, Map.of()).getOrDefault(measure, List.of()));
    }

    Optional<Statistics> statistics(String path, Measure measure) {
        List<Double> measured = samples(path, measure);
        return measured.isEmpty() ? Optional.empty() : Optional.of(Statistics.of(measured));
    }
}
