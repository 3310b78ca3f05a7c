package badger.handshake;

import badger.record.ConnectionIds;
import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Records on their way to an association's thread: whole, copied, at most {@link #CAPACITY}. Any thread offers, the
 * association's takes; it sleeps here, without a timer once the association is established.
 *
 * <p>Records that the fast path has opened come behind a header that says what they were, and {@link #hasTakenOpened}
 * tells them apart, so that {@link SharedCipher} does not open them again.
 */
final class ControlQueue {
    static final int CAPACITY = 32;

    private static final Entry NOTHING = new Entry(new byte[0], false);
    /** The header of a record that is opened; content type and content follow it. */
    private static final int OPENED_HEADER_BYTES = DtlsRecord.HEADER_BYTES + ConnectionIds.BYTES;

    private final ArrayBlockingQueue<Entry> records = new ArrayBlockingQueue<>(CAPACITY);
    private volatile boolean isCloseRequested;
    private volatile boolean isEnded;
    /** Used by the association's thread. */
    private boolean hasTakenOpened;

    private static final class Entry {
        private final byte[] bytes;
        private final boolean isOpened;

        Entry(byte[] bytes, boolean isOpened) {
            this.bytes = bytes;
            this.isOpened = isOpened;
        }
    }

    boolean offer(byte[] record) {
        return records.offer(new Entry(record, false));
    }

    /**
     * Takes the content of a record that had a connection ID and that the fast path has opened, as its
     * {@link RecordProtection.ControlSink}.
     */
    boolean offerOpened(int connectionId, long epochAndSequence, int type, MemorySegment plain, long at, int length) {
        int recordLength = OPENED_HEADER_BYTES + 1 + length;
        if (isEnded || recordLength > FlightTransport.LONGEST_LATE_RECORD_BYTES) {
            return false;
        }
        byte[] record = new byte[recordLength];
        MemorySegment header = MemorySegment.ofArray(record);
        DtlsRecord.putHeader(header, 0, DtlsRecord.TLS12_CID, epochAndSequence, ConnectionIds.BYTES, 1 + length);
        DtlsRecord.putConnectionId(header, 0, connectionId);
        record[OPENED_HEADER_BYTES] = (byte) type;
        MemorySegment.copy(plain, ValueLayout.JAVA_BYTE, at, record, OPENED_HEADER_BYTES + 1, length);
        return records.offer(new Entry(record, true));
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
        Entry entry = waitMillis == 0 ? records.take() : records.poll(waitMillis, TimeUnit.MILLISECONDS);
        if (entry == null || entry.bytes.length == 0) {
            return null;
        }
        hasTakenOpened = entry.isOpened;
        return entry.bytes;
    }

    /** Whether the record taken last was opened already. On the association's thread. */
    boolean hasTakenOpened() {
        return hasTakenOpened;
    }

    boolean isCloseRequested() {
        return isCloseRequested;
    }

    /** Wakes the association's thread; if the queue is full it is awake, and sees the request before it waits again. */
    void requestClose() {
        isCloseRequested = true;
        records.offer(NOTHING);
    }

    /** Nobody takes records any more, and opened ones are refused. */
    void end() {
        isEnded = true;
    }
}
