package badger.bench;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line per step, with the time since the start and an estimate of the time that remains. Used by one thread. */
final class Progress {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final LongSupplier nanoClock;
    private final double plannedSeconds;
    private final long startNanos;
    private double doneSeconds;

    /** @param plannedSeconds the sum of what all steps are expected to take */
    Progress(PrintStream out, LongSupplier nanoClock, double plannedSeconds) {
        this.out = out;
        this.nanoClock = nanoClock;
        this.plannedSeconds = plannedSeconds;
        this.startNanos = nanoClock.getAsLong();
    }

    /** Says what a step showed; the step was planned to take so many seconds. */
    void done(double stepSeconds, String what) {
        doneSeconds += stepSeconds;
        out.println(String.format(
                Locale.ROOT,
                "%3.0f %%  %s elapsed, about %s left  %s",
                Math.min(100, 100 * doneSeconds / plannedSeconds),
                minutes(elapsedSeconds()),
                minutes(remainingSeconds()),
                what));
    }

    /**
     * Returns what is still planned, scaled by how much slower or faster than planned the steps so far were. The plan
     * itself counts as 20 s of experience.
     */
    double remainingSeconds() {
        double pace = (elapsedSeconds() + 20) / (doneSeconds + 20);
        return Math.max(0, plannedSeconds - doneSeconds) * pace;
    }

    double elapsedSeconds() {
        return (nanoClock.getAsLong() - startNanos) / NANOS_PER_SECOND;
    }

    /** Minutes and seconds, as in {@code 4:07}. */
    static String minutes(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
