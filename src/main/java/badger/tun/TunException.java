package badger.tun;

/** A TUN device could not be had. The message is one sentence that a user can act on. */
public final class TunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isPrivilege;

    /** @param isPrivilege whether the cause is a missing privilege or device node, and not the configuration */
    public TunException(String message, boolean isPrivilege) {
        super(message);
        this.isPrivilege = isPrivilege;
    }

    public boolean isPrivilege() {
        return isPrivilege;
    }
}
