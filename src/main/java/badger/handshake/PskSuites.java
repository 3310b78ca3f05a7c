package badger.handshake;

import java.util.Vector;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.SessionParameters;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsSession;

/** What client and server have in common: suites, the name of our protocol, and what they do at the end. */
final class PskSuites {
    /** RFC 7301 name by which two Badger nodes know each other; others ignore it. */
    static final ProtocolName BADGER = ProtocolName.asUtf8Encoding("badger/1");

    /** The same, between two nodes that leave the inner checksums of each other's packets partial. */
    static final ProtocolName BADGER_PARTIAL = ProtocolName.asUtf8Encoding("badger/1+partial-checksum");

    private PskSuites() {}

    /** Forward secrecy first; the other two are for OpenSSL and pion, which have no ECDHE_PSK with AES-GCM. */
    static int[] inOrder() {
        return new int[] {
            CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256
        };
    }

    static String name(int suite) {
        return switch (suite) {
            case CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256 -> "ECDHE_PSK_WITH_AES_128_GCM_SHA256";
            case CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256 -> "DHE_PSK_WITH_AES_128_GCM_SHA256";
            case CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256 -> "PSK_WITH_AES_128_GCM_SHA256";
            default -> "suite " + suite;
        };
    }

    @SuppressWarnings("JdkObsolete") // bctls's own signature.
    static Vector<ProtocolName> protocolNames(HandshakeSettings settings) {
        Vector<ProtocolName> names = new Vector<>();
        if (settings.allowsPartialChecksums()) {
            names.add(BADGER_PARTIAL);
        }
        names.add(BADGER);
        return names;
    }

    record Agreed(String suite, boolean isBadger, boolean leavesChecksumsPartial) {}

    /** Reads what was agreed and destroys the copy of the master secret that bctls keeps for resumption. */
    static Agreed completed(TlsContext context) {
        SecurityParameters parameters = context.getSecurityParametersConnection();
        TlsSession session = context.getSession();
        if (session != null) {
            session.invalidate();
            SessionParameters kept = session.exportSessionParameters();
            if (kept != null) {
                kept.clear();
            }
        }
        boolean isPartial = BADGER_PARTIAL.equals(parameters.getApplicationProtocol());
        boolean isBadger = isPartial || BADGER.equals(parameters.getApplicationProtocol());
        return new Agreed(name(parameters.getCipherSuite()), isBadger, isPartial);
    }
}
