package badger.connect;

import badger.peer.Peer;
import badger.session.Session;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where a peer is called, and who may answer there. Used by the peer's thread; {@link #mayBePeer} by the handshake's.
 */
final class CallTargets {
    private final Peer peer;
    private final Ipv4Prefix ownPrefix;
    private Endpoint failedAt;

    CallTargets(Peer peer, Ipv4Prefix ownPrefix) {
        this.peer = peer;
        this.ownPrefix = ownPrefix;
    }

    /**
     * Where the peer is now, if it is connected, and all candidates, but for the one that answered a call which then
     * failed: it may be somebody else's.
     */
    List<Endpoint> list() {
        List<Endpoint> all = peer.candidates().endpoints();
        Session session = peer.session();
        if (session != null) {
            all.remove(session.path().endpoint());
            all.addFirst(session.path().endpoint());
        }
        if (all.size() > 1) {
            all.remove(failedAt);
        }
        return all;
    }

    /** A call failed that was answered from there; null for from nowhere. */
    void failedAt(Endpoint answeredFrom) {
        failedAt = answeredFrom;
    }

    /** What failed may not fail again. */
    void forgive() {
        failedAt = null;
    }

    /** A private address may be another node's in this LAN. Without a hint, or one of another kind, nobody can tell. */
    boolean mayBePeer(String serverHint) {
        OptionalInt stated = Ipv4Prefix.parseAddress(serverHint);
        return stated.isEmpty() || stated.getAsInt() == peer.virtualAddress() || !ownPrefix.contains(stated.getAsInt());
    }
}
