package badger.handshake;

/** What an association asks of its end of the handshake, client or server, once bctls has run it. */
interface HandshakePeer {
    /** Null until the handshake is complete. */
    PskSuites.Agreed agreed();

    /** The other side's identity or hint as text, {@code ""} if it gave none. */
    String peerIdentity();
}
