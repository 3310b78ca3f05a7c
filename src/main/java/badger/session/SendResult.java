package badger.session;

/** The result of sending a packet. */
public enum SendResult {
    SENT,
    /** The session may not send yet, or no longer: keep the packet for the next one. */
    NOT_READY,
    /** The kernel refused the datagram; it is lost. */
    FAILED
}
