package badger.status;

/** Why a node's status is not to be had, in one sentence for the user. */
public final class StatusException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the matter is. */
    public enum Cause {
        /** No node runs there. */
        ABSENT,
        /** The user may not ask. */
        FORBIDDEN,
        /** Several nodes could be meant. */
        AMBIGUOUS,
        /** Something else answers, or a node of another make. */
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
