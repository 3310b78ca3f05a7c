package badger.status;

/** A node's status cannot be had. The message is one sentence for the user. */
public final class StatusException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Kinds of failure. */
    public enum Cause {
        /** No node runs there. */
        ABSENT,
        /** The user has no permission to ask. */
        FORBIDDEN,
        /** The user could mean several nodes. */
        AMBIGUOUS,
        /** Another program answers, or a node of another version. */
        UNINTELLIGIBLE
    }

    private final Cause reason;

    StatusException(Cause reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Cause reason() {
        return reason;
    }
}
