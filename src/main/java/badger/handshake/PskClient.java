package badger.handshake;

import java.io.IOException;
import java.util.Arrays;
import java.util.Vector;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsPSKIdentity;

/** The client's choices in a handshake. Used by the association's thread. */
@SuppressWarnings("JdkObsolete") // bctls's signatures.
final class PskClient extends PSKTlsClient implements HandshakePeer {
    private final HandshakeCrypto crypto;
    private final HandshakeSettings settings;
    private final Identity identity;
    private PskSuites.Agreed agreed;

    PskClient(HandshakeCrypto crypto, HandshakeSettings settings) {
        this(crypto, settings, new Identity(settings));
    }

    private PskClient(HandshakeCrypto crypto, HandshakeSettings settings, Identity identity) {
        super(crypto, identity);
        this.crypto = crypto;
        this.settings = settings;
        this.identity = identity;
    }

    @Override
    public PskSuites.Agreed agreed() {
        return agreed;
    }

    /** Whether the server was refused for the identity in its hint. */
    boolean hasRefusedHint() {
        return identity.isRefused;
    }

    @Override
    public String peerIdentity() {
        return identity.hint;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return PskSuites.inOrder();
    }

    @Override
    protected Vector<ProtocolName> getProtocolNames() {
        return PskSuites.protocolNames(settings);
    }

    @Override
    protected byte[] getNewConnectionID() {
        return crypto.newConnectionId();
    }

    /** No certificates, so nothing about their status or signatures. */
    @Override
    protected CertificateStatusRequest getCertificateStatusRequest() {
        return null;
    }

    @Override
    protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
        return null;
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return (int) settings.resendAfter().toMillis();
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return (int) settings.timeout().toMillis();
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        agreed = PskSuites.completed(context);
    }

    private static final class Identity implements TlsPSKIdentity {
        private final HandshakeSettings settings;
        private String hint = "";
        private boolean isRefused;

        Identity(HandshakeSettings settings) {
            this.settings = settings;
        }

        @Override
        public void skipIdentityHint() {
            hint = "";
        }

        @Override
        public void notifyIdentityHint(byte[] identityHint) {
            hint = PskIdentity.text(identityHint);
            isRefused = Arrays.equals(identityHint, getPSKIdentity())
                    || !settings.acceptsPeerIdentity().test(hint);
        }

        @Override
        public byte[] getPSKIdentity() {
            return PskIdentity.bytes(settings.ownIdentity());
        }

        /**
         * Null makes bctls give up. A server that shows our own identity is ourselves, played back (RFC 9257, section
         * 4.1), or a node with our address. A server that shows another identity is not the one that we called: it
         * would take this association for its newest with us, and the one that it had would suffer.
         */
        @Override
        public byte[] getPSK() {
            return isRefused ? null : settings.psk().copy();
        }
    }
}
