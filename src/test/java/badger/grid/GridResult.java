package badger.grid;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All runs of a cell with one leader.
 *
 * @param leader "left" or "right", or "either" where that is the same
 */
record GridResult(GridCell cell, String leader, List<GridAttempt> attempts) {
    static final String HEADING = "| pair | leader | expected | came | path | first ping after start, ms: median, p95 |"
            + " after both were up, ms: median, p95 |\n| --- | --- | --- | --- | --- | --- | --- |\n";

    GridResult {
        attempts = List.copyOf(attempts);
    }

    boolean isAsExpected() {
        return met() == attempts.size();
    }

    private long met() {
        return attempts.stream()
                .filter(attempt -> attempt.outcome() == cell.expected())
                .count();
    }

    String row() {
        return "| " + cell.name() + " | " + leader + " | " + word(cell.expected()) + " | " + met() + " of "
                + attempts.size() + (isAsExpected() ? "" : " **not as expected**") + " | " + paths() + " | "
                + times(GridAttempt::sinceStart) + " | " + times(GridAttempt::sinceUp) + " |";
    }

    private String paths() {
        return attempts.stream().map(GridAttempt::path).collect(Collectors.toCollection(TreeSet::new)).stream()
                .collect(Collectors.joining("; "));
    }

    private String times(Function<GridAttempt, Duration> time) {
        List<Long> millis = attempts.stream()
                .filter(GridAttempt::isConnected)
                .map(attempt -> time.apply(attempt).toMillis())
                .sorted()
                .toList();
        return millis.isEmpty() ? "-" : percentile(millis, 50) + ", " + percentile(millis, 95);
    }

    /** How many of all rows came out as expected, and the times of all runs with a session. */
    static String summary(List<GridResult> results) {
        long unexpected =
                results.stream().filter(result -> !result.isAsExpected()).count();
        List<Long> millis = results.stream()
                .flatMap(result -> result.attempts().stream())
                .filter(GridAttempt::isConnected)
                .map(attempt -> attempt.sinceUp().toMillis())
                .sorted()
                .toList();
        return (unexpected == 0 ? "All as expected." : "Not as expected: " + unexpected + " rows.")
                + (millis.isEmpty()
                        ? ""
                        : " First ping after both were up, of all " + millis.size() + " runs with a session: median "
                                + percentile(millis, 50) + " ms, p95 " + percentile(millis, 95) + " ms, longest "
                                + millis.getLast() + " ms.");
    }

    /** By nearest rank, of a sorted list. */
    static long percentile(List<Long> sorted, int percent) {
        return sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }

    static String word(GridCell.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
