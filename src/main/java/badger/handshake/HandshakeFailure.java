package badger.handshake;

/** Why an association was not established, with a sentence for the user. */
public enum HandshakeFailure {
    TIMEOUT("the peer did not answer in time"),
    /** Both sides had keys, but no Finished ever verified: nothing in DTLS tells a wrong key in other words. */
    WRONG_KEY_LIKELY("the handshake timed out after the key exchange: the two pre-shared keys probably differ"),
    UNKNOWN_IDENTITY("the PSK identity was refused: another node with this address, or one that is not expected"),
    NO_COMMON_SUITE("the two sides have no cipher suite, version or extension in common"
            + " (DTLS 1.2, AES-128-GCM with a pre-shared key, extended master secret)"),
    PROTOCOL_ERROR("the peer broke the protocol or reported an error"),
    CLOSED_BY_PEER("the peer gave the handshake up"),
    CLOSED("the handshake was given up on this side");

    private final String sentence;

    HandshakeFailure(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
