package badger.thread;

/**
 * The one thread that may touch something. The thread declares itself once; until then there is no owner and every
 * thread may, as in tests without threads. Meant for {@code assert}, so that it costs nothing in a running node.
 */
public final class ThreadOwner {
    private volatile Thread thread;

    /** Makes the calling thread the owner. */
    public void adopt() {
        thread = Thread.currentThread();
    }

    /** The owner; null while there is none. Any thread. */
    public Thread thread() {
        return thread;
    }

    /** Whether the calling thread may touch what is owned. */
    public boolean isCurrent() {
        Thread owner = thread;
        return owner == null || owner == Thread.currentThread();
    }
}
