package badger.stress;

/** Lets one actor find out whether the other has come to its end, or rests for ever. */
public final class Completion {
    private static final Patience PATIENCE = new Patience();

    private volatile boolean isComplete;

    public void complete() {
        isComplete = true;
    }

    /** Waits for {@link #complete}. @return false if it does not come */
    public boolean await() {
        return PATIENCE.await(() -> isComplete);
    }
}
