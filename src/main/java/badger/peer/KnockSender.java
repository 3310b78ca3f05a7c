package badger.peer;

/** Asks a peer, by way of IEX, to punch now, as this node does. */
public interface KnockSender {
    /**
     * Asks soon. Several requests for one peer may become one, and one may be lost, as a datagram may. Any thread; does
     * not block.
     */
    void knock(int virtualAddress);
}
