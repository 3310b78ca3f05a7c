package badger.record;

import badger.counter.DropReason;

/** Where one record goes, as {@link RecordRouter} decides. */
public enum RecordRoute {
    /** Epoch 1, application data: to {@link RecordProtection#open}. */
    DATA(null),
    /**
     * Epoch 1, with a connection ID, which says whose it is; what it is, only its keys do: to {@link RecordProtection#open},
     * or, if its association is shaking hands, to {@code Association.offer}.
     */
    CONNECTION_ID(null),
    /** Epoch 0 or 1, for bctls: to {@code Association.offer}. */
    CONTROL(null),
    /** Epoch 0, a ClientHello: to {@code CookieGate.verify}, or to the association that already answers it. */
    CLIENT_HELLO(null),
    /**
     * Epoch 0, an alert anyone could have written: only to an association that is still shaking hands, which it may
     * end; an established one refuses it.
     */
    PLAINTEXT_ALERT(DropReason.INBOUND_PLAINTEXT_ALERT),

    /** Shorter than a header, cut off, or epoch 1 without room for nonce and tag, and type behind a connection ID. */
    TOO_SHORT(DropReason.INBOUND_TOO_SHORT),
    /** Another type or version, or a handshake message that contradicts itself. */
    NOT_DTLS(DropReason.INBOUND_NOT_DTLS),
    /** An epoch beyond 1, or a type its epoch does not have. */
    BAD_EPOCH(DropReason.INBOUND_BAD_EPOCH),
    /** A handshake message that declares more than {@link RecordRouter#LONGEST_MESSAGE_BYTES}. */
    LONG_FRAGMENT(DropReason.INBOUND_LONG_FRAGMENT);

    private final DropReason dropReason;

    RecordRoute(DropReason dropReason) {
        this.dropReason = dropReason;
    }

    /** What to count when the record is dropped, or null where it is not to be dropped for what it is. */
    public DropReason dropReason() {
        return dropReason;
    }

    /** Whether no state of any association makes the record acceptable. */
    public boolean isDrop() {
        return dropReason != null && this != PLAINTEXT_ALERT;
    }
}
