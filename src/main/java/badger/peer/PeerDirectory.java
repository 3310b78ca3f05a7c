package badger.peer;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.RelayEndpoint;
import java.util.Collection;
import java.util.function.IntConsumer;

/**
 * The node's current {@link PeerTable}, behind one volatile: loops read it; the link's thread and the peers' threads
 * replace it. Also holds what peers see of this node: the NAT before it.
 */
public final class PeerDirectory {
    private final IntConsumer whenCounted;
    private volatile PeerTable table = PeerTable.EMPTY;
    private volatile NatClass ownNatClass = NatClass.UNKNOWN;
    private int named;

    public PeerDirectory() {
        this(peers -> {});
    }

    /**
     * Makes an empty one.
     *
     * @param whenCounted receives the number of peers, including those that the newest map names and that are not
     *     opened yet; called on the thread that changes the number
     */
    public PeerDirectory(IntConsumer whenCounted) {
        this.whenCounted = whenCounted;
    }

    public PeerTable table() {
        return table;
    }

    /** Tells how many peers the newest map names; the link's thread only. */
    public synchronized void useNamed(int peers) {
        named = peers;
        count();
    }

    /** What stands between this node and the internet. */
    public NatClass ownNatClass() {
        return ownNatClass;
    }

    /** Sets what {@link #ownNatClass} returns; the link's thread only. */
    public void useOwnNatClass(NatClass natClass) {
        ownNatClass = natClass;
    }

    public synchronized void replace(Collection<Peer> peers) {
        table = table.withPeers(peers);
        count();
    }

    /**
     * Makes {@code peer} the owner of datagrams from {@code endpoint}. Relayed datagrams need no entry: they name their
     * peer themselves.
     */
    public synchronized void learn(Endpoint endpoint, Peer peer) {
        if (RelayEndpoint.isOne(endpoint)) {
            return;
        }
        table = table.withLearned(endpoint, peer);
    }

    private void count() {
        whenCounted.accept(Math.max(named, table.peers().size()));
    }
}
