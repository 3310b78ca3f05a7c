package badger.handshake;

import java.util.Arrays;
import org.bouncycastle.tls.DTLSRequest;

/** A ClientHello whose sender proved its address by our cookie: what {@link Handshakes#accept} starts from. */
public final class VerifiedHello {
    private final DTLSRequest request;
    private final byte[] clientRandom;

    VerifiedHello(DTLSRequest request, byte[] clientRandom) {
        this.request = request;
        this.clientRandom = clientRandom;
    }

    DTLSRequest request() {
        return request;
    }

    /** Whether the other is the same ClientHello sent again, which must not start a second association. */
    public boolean isSameHandshake(VerifiedHello other) {
        return Arrays.equals(clientRandom, other.clientRandom);
    }
}
