package badger.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Measures what the calling thread allocates on the Java heap. */
public final class AllocationMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private AllocationMeter() {}

    /**
     * Runs {@code body} {@code iterations} times to warm up, and then as often again in each of many rounds, until one
     * round allocates nothing or ten seconds are over.
     *
     * <p>What the steady state allocates, every round does, so the least of them is the answer. What only some rounds
     * show is the virtual machine's own: a class loaded late, or objects that go once C2 has compiled the method, which
     * on a busy machine takes its time.
     *
     * @return bytes per iteration
     */
    public static double bytesPerIteration(int iterations, Runnable body) {
        return bytesPerIteration(iterations, PATIENCE, body);
    }

    static double bytesPerIteration(int iterations, Duration patience, Runnable body) {
        run(iterations, body);
        long start = System.nanoTime();
        long least = Long.MAX_VALUE;
        do {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            run(iterations, body);
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        } while (least > 0 && System.nanoTime() - start < patience.toNanos());
        return (double) least / iterations;
    }

    private static void run(int iterations, Runnable body) {
        for (int i = 0; i < iterations; i++) {
            body.run();
        }
    }
}
