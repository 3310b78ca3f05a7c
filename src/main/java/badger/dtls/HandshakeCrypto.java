package badger.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Bouncy Castle's own cryptography for the handshake, but for the record cipher, which is ours: the place bctls means for
 * it ("extend the class and override the appropriate methods"). One for each handshake, used by its thread.
 */
final class HandshakeCrypto extends BcTlsCrypto {
    /** Seeded once in the process; it is safe for any thread and does not block once the kernel's pool is ready. */
    static final SecureRandom RANDOM = new SecureRandom();

    private final HandshakeSettings settings;
    private AssociationKeys keys;

    HandshakeCrypto(HandshakeSettings settings) {
        super(RANDOM);
        this.settings = settings;
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        if (encryptionAlgorithm != EncryptionAlgorithm.AES_128_GCM || keys != null) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        keys = AssociationKeys.derive(parameters, settings);
        return new SharedCipher(keys);
    }

    /** The keys of epoch 1, or null while the key exchange is not done. */
    AssociationKeys keys() {
        return keys;
    }
}
