package badger.peer;

/** A task for a peer's thread, posted by another thread: see {@link Peer#post}. */
@FunctionalInterface
public interface PeerTask {
    /** Runs the task, on the peer's thread, between two datagrams. */
    void run(long nowNanos);

    /** Frees what the task was to hand over: the peer is gone, and {@link #run} will not be called. Any thread. */
    default void discard() {}
}
