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
     * The endpoints to call: where the peer is now, if it is connected, and all candidates. The one that answered a
     * call which then failed is left out: it may be somebody else's.
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

    /** Notes the endpoint that answered a call which failed; null if none answered. */
    void failedAt(Endpoint answeredFrom) {
        failedAt = answeredFrom;
    }

    /** Lets {@link #list} name the endpoint of the last failure again: the next call may succeed there. */
    void forgive() {
        failedAt = null;
    }

    /**
     * Whether the server may be the peer. A private address may be another node's in this LAN; without a hint, or with
     * one of another kind, this cannot be decided, and the answer is true.
     */
    boolean mayBePeer(String serverHint) {
        OptionalInt stated = Ipv4Prefix.parseAddress(serverHint);
        return stated.isEmpty() || stated.getAsInt() == peer.virtualAddress() || !ownPrefix.contains(stated.getAsInt());
    }
}
