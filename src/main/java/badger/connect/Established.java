package badger.connect;

import badger.handshake.Association;
import badger.udp.Endpoint;

/** Takes over an established association of a peer. Called on the peer's thread. */
@FunctionalInterface
interface Established {
    /**
     * Takes the association over.
     *
     * @param endpoint where the peer was when the handshake ended
     * @param startedNanos when the handshake began
     */
    void established(Association association, Endpoint endpoint, long startedNanos, long nowNanos);
}
