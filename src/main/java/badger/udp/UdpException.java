package badger.udp;

/** A socket could not be opened. The message is one sentence that a user can act on. */
public final class UdpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UdpException(String message) {
        super(message);
    }
}
