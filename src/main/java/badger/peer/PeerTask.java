package badger.peer;

/** Something for a peer's thread to do, posted by another: see {@link Peer#post}. */
@FunctionalInterface
public interface PeerTask {
    /** Does it, on the peer's thread, between two datagrams. */
    void run(long nowNanos);

    /** Lets go of what the task was to hand over, for the peer is gone and {@link #run} never comes. Any thread. */
    default void discard() {}
}
