package badger.cli;

/**
 * Closes a program on SIGTERM and SIGINT, and makes its exit code 0, where the JVM's own would be 143 or 130. While it
 * is open it is a shutdown hook; {@link #close} takes that away again, so that other ends keep their exit codes. It is
 * opened before anything that others can see, or a signal in between would be answered by the JVM.
 */
final class Shutdown implements AutoCloseable {
    private final Thread hook;
    private volatile Runnable closing = () -> {};

    Shutdown() {
        hook = Thread.ofPlatform().name("shutdown").unstarted(() -> {
            closing.run();
            // System.exit would wait for this very thread.
            Runtime.getRuntime().halt(0);
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Says how to close the program within two seconds; run at most once, by a thread of its own. */
    void closeBy(Runnable newClosing) {
        closing = newClosing;
    }

    @Override
    public void close() {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shutdownHasBegun) {
            // The hook is running and will end the process.
        }
    }
}
