package badger.peer;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.RelayEndpoint;
import java.util.Collection;

/**
 * The node's current {@link PeerTable}, behind one volatile: loops read it, control and peers replace it. And what peers
 * see of this node: the NAT before it.
 */
public final class PeerDirectory {
    private volatile PeerTable table = PeerTable.EMPTY;
    private volatile int named;
    private volatile NatClass ownNatClass = NatClass.UNKNOWN;

    public PeerTable table() {
        return table;
    }

    /** How many there are, those included that the newest map names and that are not opened yet. */
    public int size() {
        return Math.max(named, table.peers().size());
    }

    /** Tells how many peers the newest map names; the control thread only. */
    public void useNamed(int peers) {
        named = peers;
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
