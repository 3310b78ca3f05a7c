package badger.peer;

import badger.udp.Endpoint;
import java.util.Collection;

/** The node's current {@link PeerTable}, behind one volatile: loops read it, control and peers replace it. */
public final class Peers {
    private volatile PeerTable table = PeerTable.EMPTY;

    public PeerTable table() {
        return table;
    }

    public synchronized void replace(Collection<Peer> peers) {
        table = table.withPeers(peers);
    }

    /** From now on, datagrams from {@code endpoint} are {@code peer}'s. */
    public synchronized void learn(Endpoint endpoint, Peer peer) {
        table = table.withLearned(endpoint, peer);
    }
}
