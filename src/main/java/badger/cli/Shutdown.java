package badger.cli;

/**
 * Closes a program on SIGTERM and SIGINT, and makes its exit code 0; the JVM's own would be 143 or 130. It is a
 * shutdown hook as long as it is open. {@link #close} removes the hook, so that other ends keep their exit codes. It
 * must be opened before anything that others can see, because until then the JVM answers a signal.
 */
final class Shutdown implements AutoCloseable {
    private final Thread hook;
    private volatile Runnable closing = () -> {};

    Shutdown() {
        hook = Thread.ofPlatform().name("shutdown").unstarted(() -> {
            closing.run();
            // System.exit would wait for this thread, and so forever.
            Runtime.getRuntime().halt(0);
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Sets what closes the program within two seconds. It runs at most once, on the hook's thread. */
    void closeBy(Runnable newClosing) {
        closing = newClosing;
    }

    @Override
    public void close() {
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shutdownHasBegun) {
            // The hook runs and will end the process.
        }
    }
}
