package badger.handshake;

import badger.aead.ConnectionId;
import badger.record.AgreedIds;
import badger.record.ConnectionIds;
import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Bouncy Castle's own cryptography for the handshake, but for the record cipher, which is ours: this is the place that
 * bctls means for it ("extend the class and override the appropriate methods"). One for each handshake, used by its
 * thread; any thread may ask for the connection ID. It holds the keys and the ID that the handshake has taken, until
 * they are the session's.
 */
final class HandshakeCrypto extends BcTlsCrypto {
    /** Seeded once for all handshakes. Safe for any thread; does not block once the kernel's pool is ready. */
    static final SecureRandom RANDOM = new SecureRandom();

    private final HandshakeSettings settings;
    private final ControlQueue records;
    private volatile ConnectionIds.Issued issued;
    private AssociationKeys keys;

    /** @param records of the association, on their way to bctls */
    HandshakeCrypto(HandshakeSettings settings, ControlQueue records) {
        super(RANDOM);
        this.settings = settings;
        this.records = records;
    }

    /** The ID by which the peer is to name the association, or null if all are in use. */
    byte[] newConnectionId() {
        issued = settings.connectionIds().issue();
        return issued == null ? null : ConnectionId.of(issued.value()).bytes();
    }

    /** Offered or agreed; {@link ConnectionIds#NONE} if there is none. */
    int ownConnectionId() {
        ConnectionIds.Issued own = issued;
        return own == null ? ConnectionIds.NONE : own.value();
    }

    /** Sets the owner that is found by the connection ID. */
    void belongsTo(Object owner) {
        ConnectionIds.Issued own = issued;
        if (own != null) {
            own.belongsTo(owner);
        }
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        if (encryptionAlgorithm != EncryptionAlgorithm.AES_128_GCM || keys != null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        AgreedIds ids = agreedIds(parameters.getSecurityParametersHandshake());
        keys = AssociationKeys.derive(
                parameters,
                settings,
                ids,
                (number, type, plain, at, length) ->
                        records.offerOpened(ids.ownValue(), number, type, plain, at, length));
        return new SharedCipher(keys, records);
    }

    /** bctls names them from the other end: "peer" is what the peer writes, which is ours. */
    private AgreedIds agreedIds(SecurityParameters parameters) throws IOException {
        byte[] own = parameters.getConnectionIDPeer();
        byte[] peers = parameters.getConnectionIDLocal();
        if (own == null && issued != null) {
            issued.giveBack();
            issued = null;
        }
        if (peers != null && peers.length > ConnectionId.MOST_BYTES) {
            // This is a server's ID, since PskServer agrees on none with such a client. The server has the last word,
            // so that there is no association with it without the ID.
            throw new TlsFatalAlert(AlertDescription.illegal_parameter);
        }
        return new AgreedIds(issued, peers == null ? ConnectionId.NONE : ConnectionId.of(peers));
    }

    /** The keys of epoch 1, or null while the key exchange is not done. */
    AssociationKeys keys() {
        return keys;
    }

    /** How many bytes of each protected record that bctls sends are a connection ID. */
    int sentConnectionIdBytes() {
        return keys == null ? 0 : keys.ids.peers().length();
    }

    /** The handshake has failed: nobody takes over its keys and its ID. */
    void abandon() {
        if (keys != null) {
            keys.protection.close();
        } else if (issued != null) {
            issued.giveBack();
        }
    }
}
