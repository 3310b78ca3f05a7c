package badger.thread;

import java.util.concurrent.Semaphore;

/**
 * The platform threads that carry virtual ones. A virtual thread that blocks in a system call keeps its carrier, and
 * the JDK adds no other carrier for it. So Badger asks for more carriers than there are processors, and lets only as
 * many virtual threads block as there are additional carriers. Any thread may call.
 */
public final class CarrierThreads {
    /** Read by the JDK before the first virtual thread starts (java.lang.Thread). */
    private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

    /** The JDK's upper bound of carriers, whatever the parallelism. */
    private static final String MAXIMUM = "jdk.virtualThreadScheduler.maxPoolSize";

    private CarrierThreads() {}

    /**
     * Asks for twice as many carriers as processors, unless the user chose a number. Must be called before the first
     * virtual thread starts.
     */
    public static void provide() {
        if (System.getProperty(PARALLELISM) == null) {
            System.setProperty(
                    PARALLELISM, Integer.toString(2 * Runtime.getRuntime().availableProcessors()));
        }
    }

    /**
     * One permit for each virtual thread that may block while each processor still has a carrier. All nodes of the
     * process share the permits, since they share the carriers.
     */
    public static Semaphore spare() {
        return Spare.PERMITS;
    }

    /** A class of its own, so that it is initialized at first use, after {@link #provide}. */
    private static final class Spare {
        private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
        static final Semaphore PERMITS = new Semaphore(Math.max(0, carriers() - PROCESSORS));

        private static int carriers() {
            int parallelism = Integer.getInteger(PARALLELISM, PROCESSORS);
            return Math.min(parallelism, Integer.getInteger(MAXIMUM, parallelism));
        }
    }
}
