package badger.handshake;

/** Starts the associations of a node. Any thread; nothing here blocks. */
public interface Handshakes {
    /** Real ones: bctls runs each on a virtual thread of its own. */
    Handshakes DTLS = new Handshakes() {
        @Override
        public Association connect(
                HandshakeSettings settings, Association.FlightSender out, Association.Listener listener) {
            return DtlsAssociation.connect(settings, out, listener);
        }

        @Override
        public Association accept(
                HandshakeSettings settings,
                VerifiedHello hello,
                Association.FlightSender out,
                Association.Listener listener) {
            return DtlsAssociation.accept(settings, hello, out, listener);
        }
    };

    /** Starts a handshake as client. */
    Association connect(HandshakeSettings settings, Association.FlightSender out, Association.Listener listener);

    /** Starts a handshake as server, from a hello that {@link CookieGate} verified. */
    Association accept(
            HandshakeSettings settings,
            VerifiedHello hello,
            Association.FlightSender out,
            Association.Listener listener);
}
