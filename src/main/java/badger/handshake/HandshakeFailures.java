package badger.handshake;

import java.io.IOException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsTimeoutException;

/** Turns what bctls threw into a {@link HandshakeFailure}. */
final class HandshakeFailures {
    private HandshakeFailures() {}

    /**
     * @param hasKeys whether the key exchange was done, so that only the Finished messages were missing
     * @param isHintRefused whether the server was refused for the identity it gave
     */
    static HandshakeFailure reason(IOException thrown, boolean hasKeys, boolean isHintRefused) {
        if (isHintRefused) {
            return HandshakeFailure.UNKNOWN_IDENTITY;
        }
        return switch (thrown) {
            case FlightTransport.CloseRequested closed -> HandshakeFailure.CLOSED;
            case TlsTimeoutException timeout -> hasKeys ? HandshakeFailure.WRONG_KEY_LIKELY : HandshakeFailure.TIMEOUT;
            case TlsFatalAlertReceived received -> ofAlert(received.getAlertDescription());
            case TlsFatalAlert raised -> ofAlert(raised.getAlertDescription());
            default -> HandshakeFailure.PROTOCOL_ERROR;
        };
    }

    private static HandshakeFailure ofAlert(short description) {
        return switch (description) {
            case AlertDescription.unknown_psk_identity -> HandshakeFailure.UNKNOWN_IDENTITY;
            case AlertDescription.handshake_failure,
                    AlertDescription.insufficient_security,
                    AlertDescription.protocol_version -> HandshakeFailure.NO_COMMON_SUITE;
            case AlertDescription.decrypt_error, AlertDescription.bad_record_mac, AlertDescription.decryption_failed ->
                HandshakeFailure.WRONG_KEY_LIKELY;
            case AlertDescription.user_canceled, AlertDescription.close_notify -> HandshakeFailure.CLOSED_BY_PEER;
            default -> HandshakeFailure.PROTOCOL_ERROR;
        };
    }
}
