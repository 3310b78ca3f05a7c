package badger.dtls;

import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;

/**
 * Seals application data into whole DTLS 1.2 records, without allocating. Each of an association's sealers has the key
 * and its own room to work in, and serves one thread at a time; what they share is the counter of record numbers.
 * Belongs to a {@link RecordProtection}, which closes it.
 */
public final class RecordSealer {
    /** What {@link #reserve} returns when the key has sealed as many records as it may, or is closed. */
    public static final long NONE_LEFT = SequenceNumbers.USED_UP;

    /** There is no renegotiation: keys are changed by a new association, which begins at epoch 0 again. */
    private static final int KEYED_EPOCH = 1;

    private final Aead writer;
    private final SequenceNumbers sequenceNumbers;
    private final long recordLimit;
    private volatile boolean isClosed;

    RecordSealer(Aead writer, SequenceNumbers sequenceNumbers, long recordLimit) {
        this.writer = writer;
        this.sequenceNumbers = sequenceNumbers;
        this.recordLimit = recordLimit;
    }

    /**
     * Takes numbers for {@code count} records, so that those of one super-packet follow each other whoever else seals.
     *
     * @return the first, to be given to {@link #seal} and then counted up; or {@link #NONE_LEFT}
     */
    public long reserve(int count) {
        return isClosed ? NONE_LEFT : sequenceNumbers.draw(count, recordLimit);
    }

    /**
     * Seals {@code length} bytes into a record at {@code recordAt}. The plaintext stays as it is, unless it lies at
     * {@code recordAt + RecordProtection.HEADER_BYTES} of the same segment; otherwise the two must not overlap.
     *
     * @param sequence reserved, and not used before: twice would give the key away
     * @return the length of the record
     */
    public int seal(
            long sequence, MemorySegment source, long sourceAt, int length, MemorySegment target, long recordAt) {
        long epochAndSequence = DtlsRecord.epochAndSequenceOf(KEYED_EPOCH, sequence);
        int fragment = Aead.EXPLICIT_NONCE_BYTES + length + Aead.TAG_BYTES;
        DtlsRecord.putHeader(target, recordAt, DtlsRecord.APPLICATION_DATA, epochAndSequence, fragment);
        DtlsRecord.putExplicitNonce(target, recordAt, epochAndSequence);
        writer.seal(
                epochAndSequence,
                epochAndSequence,
                DtlsRecord.APPLICATION_DATA,
                source,
                sourceAt,
                length,
                target,
                recordAt + RecordProtection.HEADER_BYTES);
        return RecordProtection.OVERHEAD_BYTES + length;
    }

    /** Wipes and frees the key; nobody may be sealing. */
    void close() {
        isClosed = true;
        writer.close();
    }
}
