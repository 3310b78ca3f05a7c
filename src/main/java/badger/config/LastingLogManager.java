package badger.config;

import java.util.logging.LogManager;

/**
 * Keeps the log working while the JVM shuts down. The JDK's own manager removes all handlers in a shutdown hook, which
 * runs at the same time as Badger's hook, so that a program's last lines would be lost.
 */
public final class LastingLogManager extends LogManager {
    /**
     * The property by which the JDK finds this class at the first use of the log. A static method here could not set it
     * in time.
     */
    public static final String PROPERTY = "java.util.logging.manager";

    /** Called by the JDK. */
    public LastingLogManager() {}

    /** Does nothing, so that the handlers stay. */
    @Override
    public void reset() {}
}
