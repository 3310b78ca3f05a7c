package badger.peer;

/** What the link asks of the data path when the map changes. Called by the link's thread only. */
public interface PeerLifecycle {
    /** Makes a peer, which does nothing yet. */
    Peer open(int virtualAddress, Candidates candidates);

    /**
     * Starts an opened peer's thread, which begins to connect at once, or on demand. The table must know the peer
     * before that.
     */
    void start(Peer peer);

    /** Tells a peer's thread that a map came again, which is the moment to punch. */
    void mapReceived(Peer peer, boolean haveCandidatesChanged);

    /** Tells a peer's thread that the peer begins to punch, which is the moment for this node too. */
    void knocked(Peer peer);

    /** Closes the peer's sessions and ends its thread. */
    void close(Peer peer);
}
