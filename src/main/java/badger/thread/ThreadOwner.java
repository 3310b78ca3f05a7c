package badger.thread;

/**
 * The one thread that may touch something. It says so itself, once; until then there is no owner and everybody may, as
 * in tests without threads. Meant for {@code assert}, so that it costs nothing in a running node.
 */
public final class ThreadOwner {
    private volatile Thread thread;

    /** The calling thread is the owner from now on. */
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
