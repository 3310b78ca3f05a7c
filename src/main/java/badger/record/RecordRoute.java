package badger.record;

import badger.counter.DropReason;

/** Where one record goes, as {@link RecordRouter} decides. */
public enum RecordRoute {
    /** Epoch 1, application data: to {@link RecordProtection#open}. */
    DATA(null),
    /**
     * Epoch 1 with a connection ID, which names the association; the type is encrypted. To
     * {@link RecordProtection#open}, or to {@code Association.offer} while the association shakes hands.
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

    /**
     * Shorter than a header, cut off, or of epoch 1 without room for nonce, tag and, with a connection ID, the type.
     */
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

    /** The reason to count when the record is dropped; null for a route that is no such reason. */
    public DropReason dropReason() {
        return dropReason;
    }

    /** Whether the record is dropped in any state of any association. */
    public boolean isDrop() {
        return dropReason != null && this != PLAINTEXT_ALERT;
    }
}
