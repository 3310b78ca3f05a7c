package badger.record;

import badger.aead.ConnectionId;

/**
 * The connection IDs that a handshake has agreed on. The two directions may differ.
 *
 * @param issued ours, which the peer writes into its records; null where there is none
 * @param peers the peer's, which we write into ours
 */
public record AgreedIds(ConnectionIds.Issued issued, ConnectionId peers) {
    static final AgreedIds NONE = new AgreedIds(null, ConnectionId.NONE);

    public ConnectionId own() {
        return issued == null ? ConnectionId.NONE : ConnectionId.of(issued.value());
    }

    /** {@link ConnectionIds#NONE} where there is none. */
    public int ownValue() {
        return issued == null ? ConnectionIds.NONE : issued.value();
    }

    /** Returns our ID, which may then be issued again. */
    void giveBack() {
        if (issued != null) {
            issued.giveBack();
        }
    }
}
