package badger.connect;

import badger.handshake.Association;
import badger.udp.Endpoint;

/** Takes over an association of a peer, with a session's keys. Called on the peer's thread. */
@FunctionalInterface
interface Established {
    /**
     * Takes it over.
     *
     * @param endpoint where the peer was when the handshake ended
     * @param startedNanos when the handshake began
     */
    void established(Association association, Endpoint endpoint, long startedNanos, long nowNanos);
}
