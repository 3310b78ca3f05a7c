package badger.handshake;

import badger.aead.ConnectionId;
import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsPSKIdentityManager;

/** The server's choices in a handshake. Used by the association's thread. */
@SuppressWarnings("JdkObsolete") // bctls's signatures.
final class PskServer extends PSKTlsServer implements HandshakePeer {
    private final HandshakeCrypto crypto;
    private final HandshakeSettings settings;
    private final Identities identities;
    private boolean isBearableId;
    private PskSuites.Agreed agreed;

    PskServer(HandshakeCrypto crypto, HandshakeSettings settings) {
        this(crypto, settings, new Identities(settings));
    }

    private PskServer(HandshakeCrypto crypto, HandshakeSettings settings, Identities identities) {
        super(crypto, identities);
        this.crypto = crypto;
        this.settings = settings;
        this.identities = identities;
    }

    @Override
    public PskSuites.Agreed agreed() {
        return agreed;
    }

    @Override
    public String peerIdentity() {
        return identities.client;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return PskSuites.inOrder();
    }

    /** Our order, which has forward secrecy wherever the client can have it. */
    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    protected Vector<ProtocolName> getProtocolNames() {
        return PskSuites.protocolNames(settings);
    }

    /** A client that names other protocols is accepted like one that names none; bctls would refuse it. */
    @Override
    protected ProtocolName selectProtocolName() {
        for (ProtocolName own : getProtocolNames()) {
            if (clientProtocolNames.contains(own)) {
                return own;
            }
        }
        return null;
    }

    @Override
    @SuppressWarnings("rawtypes") // bctls's signature.
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        byte[] offered = extensions == null ? null : TlsExtensionsUtils.getConnectionIDExtension(extensions);
        isBearableId = offered != null && offered.length <= ConnectionId.MOST_BYTES;
    }

    /** Called if the client offers an ID; with null none is agreed on, in either direction. */
    @Override
    protected byte[] getNewConnectionID() {
        return isBearableId ? crypto.newConnectionId() : null;
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

    private static final class Identities implements TlsPSKIdentityManager {
        private final HandshakeSettings settings;
        private String client = "";

        Identities(HandshakeSettings settings) {
            this.settings = settings;
        }

        @Override
        public byte[] getHint() {
            return PskIdentity.bytes(settings.ownIdentity());
        }

        /** Null is answered with the alert unknown_psk_identity. bctls wipes the copy. */
        @Override
        public byte[] getPSK(byte[] identity) {
            client = PskIdentity.text(identity);
            boolean isOwn = Arrays.equals(identity, getHint());
            return isOwn || !settings.acceptsPeerIdentity().test(client)
                    ? null
                    : settings.psk().copy();
        }
    }
}
