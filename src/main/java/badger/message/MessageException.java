package badger.message;

/**
 * A datagram is not the expected message. The text says what is wrong, and never repeats the content of the datagram,
 * which came from outside and might get into a log.
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
