package badger.peer;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.RelayEndpoint;
import java.util.Collection;

/**
 * The node's current {@link PeerTable}, behind one volatile: loops read it, control and peers replace it. And what peers
 * see of this node: the NAT before it.
 */
public final class Peers {
    private volatile PeerTable table = PeerTable.EMPTY;
    private volatile NatClass ownNatClass = NatClass.UNKNOWN;

    public PeerTable table() {
        return table;
    }

    /** What stands between this node and the internet. */
    public NatClass ownNatClass() {
        return ownNatClass;
    }

    /** Sets what {@link #ownNatClass} returns; the control thread only. */
    public void useOwnNatClass(NatClass natClass) {
        ownNatClass = natClass;
    }

    public synchronized void replace(Collection<Peer> peers) {
        table = table.withPeers(peers);
    }

    /** From now on, datagrams from {@code endpoint} are {@code peer}'s. Those that IEX relays name their peer themselves. */
    public synchronized void learn(Endpoint endpoint, Peer peer) {
        if (RelayEndpoint.isOne(endpoint)) {
            return;
        }
        table = table.withLearned(endpoint, peer);
    }
}
