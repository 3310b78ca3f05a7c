package badger.stress;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits for the other actor, but not for ever: it may have ended by an exception, or rest without being woken. The
 * harness itself waits without a bound in some of its phases.
 */
final class Patience {
    /** Far longer than a loaded machine keeps a thread from running. */
    private static final long NEVER_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The first time has failed the run; all others only have to come to an end. */
    private static final long AGAIN_NEVER_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Longer than an actor that runs takes; the other may need the processor. */
    private static final int LOOKS_BEFORE_YIELD = 1_000;

    private volatile long nanos = NEVER_AFTER_NANOS;

    /** Returns false if {@code isThere} does not become true. */
    @SuppressWarnings("ThreadPriorityCheck") // No result depends on the scheduler.
    boolean await(BooleanSupplier isThere) {
        long startNanos = 0;
        for (int looks = 0; !isThere.getAsBoolean(); looks++) {
            if (looks < LOOKS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else if (looks == LOOKS_BEFORE_YIELD) {
                startNanos = System.nanoTime();
            } else if (System.nanoTime() - startNanos > nanos) {
                nanos = AGAIN_NEVER_AFTER_NANOS;
                return false;
            } else {
                Thread.yield();
            }
        }
        return true;
    }
}
