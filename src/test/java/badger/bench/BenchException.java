package badger.bench;

/** A measurement or a set-up step that failed; the message is a sentence for the person at the terminal. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
