package badger.config;

import java.util.logging.LogManager;

/**
 * Lets the log outlive the start of the JVM's shutdown, where the JDK's own manager takes all handlers away in a shutdown
 * hook of its own, at the same time as ours: what a program says at its end would be lost.
 */
public final class LastingLogManager extends LogManager {
    /** The property by which the JDK finds it, once anything logs; not in a static method here, which would be too late. */
    public static final String PROPERTY = "java.util.logging.manager";

    /** For the JDK. */
    public LastingLogManager() {}

    /** Does nothing. */
    @Override
    public void reset() {}
}
