package badger.config;

/** The program cannot do what the user asked for. The message is one sentence that says what to do. */
public final class ConfigException extends Exception {
    /** Wrong usage or configuration. */
    public static final int USAGE = 2;
    /** A privilege or device node is missing. */
    public static final int PRIVILEGE = 4;
    /** The IEX server's name cannot be resolved. */
    public static final int IEX = 5;
    /** No node runs where a command asks. */
    public static final int NOT_RUNNING = 6;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public ConfigException(String message) {
        this(message, USAGE);
    }

    public ConfigException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
