package badger.dtls;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Records on their way to an association's thread: whole, copied, at most {@link #CAPACITY}. Any thread offers, the
 * association's takes; it sleeps here, without a timer once the association is established.
 */
final class ControlQueue {
    static final int CAPACITY = 32;

    private static final byte[] NOTHING = {};

    private final ArrayBlockingQueue<byte[]> records = new ArrayBlockingQueue<>(CAPACITY);
    private volatile boolean isCloseRequested;

    boolean offer(byte[] record) {
        return records.offer(record);
    }

    /**
     * Waits for a record.
     *
     * @param waitMillis 0 for ever
     * @return null after the time, or when closing was requested
     */
    byte[] take(int waitMillis) throws InterruptedException {
        if (isCloseRequested) {
            return null;
        }
        byte[] record = waitMillis == 0 ? records.take() : records.poll(waitMillis, TimeUnit.MILLISECONDS);
        return record == null || record.length == 0 ? null : record;
    }

    boolean isCloseRequested() {
        return isCloseRequested;
    }

    /** Wakes the association's thread; if the queue is full it is awake, and sees the request before it waits again. */
    void requestClose() {
        isCloseRequested = true;
        records.offer(NOTHING);
    }
}
