package badger.message;

/**
 * A datagram is not the message that was expected. The text says what is wrong with it and never repeats what it held:
 * it came from outside and may end in a log.
 */
public final class MessageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MessageException(String message) {
        super(message);
    }

    MessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
