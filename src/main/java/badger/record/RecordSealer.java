package badger.record;

import badger.aead.Aead;
import badger.aead.ConnectionId;
import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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
    private final ConnectionId connectionId;
    private final SequenceNumbers sequenceNumbers;
    private final long recordLimit;
    private volatile boolean isClosed;

    /** @param connectionId of the peer, with which the writer was made */
    RecordSealer(Aead writer, ConnectionId connectionId, SequenceNumbers sequenceNumbers, long recordLimit) {
        this.writer = writer;
        this.connectionId = connectionId;
        this.sequenceNumbers = sequenceNumbers;
        this.recordLimit = recordLimit;
    }

    /**
     * Takes numbers for {@code count} records, so that those of one super-packet follow each other, whoever else seals.
     *
     * @return the first, to be given to {@link #seal} and then counted up; or {@link #NONE_LEFT}
     */
    public long reserve(int count) {
        return isClosed ? NONE_LEFT : sequenceNumbers.draw(count, recordLimit);
    }

    /**
     * Seals {@code length} bytes into a record at {@code recordAt}, which must not overlap them. The bytes stay as they
     * are. With a connection ID the byte behind them is borrowed meanwhile: the content type is sealed there (RFC 9146,
     * section 4), and a second call of the cipher for one byte would cost more.
     *
     * @param sequence reserved, and not used before: twice would give the key away
     * @return the length of the record
     */
    public int seal(
            long sequence, MemorySegment source, long sourceAt, int length, MemorySegment target, long recordAt) {
        if (!connectionId.isPresent()) {
            return put(sequence, source, sourceAt, length, target, recordAt);
        }
        long typeAt = sourceAt + length;
        byte borrowed = source.get(ValueLayout.JAVA_BYTE, typeAt);
        source.set(ValueLayout.JAVA_BYTE, typeAt, (byte) DtlsRecord.APPLICATION_DATA);
        int recordLength = put(sequence, source, sourceAt, length + 1, target, recordAt);
        source.set(ValueLayout.JAVA_BYTE, typeAt, borrowed);
        return recordLength;
    }

    /**
     * As {@link #seal}, in place: the {@code length} bytes lie where the record's content will, behind its explicit
     * nonce.
     */
    public int sealInPlace(long sequence, MemorySegment buffer, long recordAt, int length) {
        long packetAt = recordAt + connectionId.headerBytes();
        if (connectionId.isPresent()) {
            buffer.set(ValueLayout.JAVA_BYTE, packetAt + length, (byte) DtlsRecord.APPLICATION_DATA);
        }
        return put(sequence, buffer, packetAt, length + connectionId.innerTypeBytes(), buffer, recordAt);
    }

    private int put(
            long sequence, MemorySegment source, long sourceAt, int plainBytes, MemorySegment target, long recordAt) {
        int headerBytes = connectionId.headerBytes();
        int type = connectionId.outerType(DtlsRecord.APPLICATION_DATA);
        long epochAndSequence = DtlsRecord.epochAndSequenceOf(KEYED_EPOCH, sequence);
        int fragment = Aead.EXPLICIT_NONCE_BYTES + plainBytes + Aead.TAG_BYTES;
        connectionId.putHeader(target, recordAt, type, epochAndSequence, fragment);
        writer.seal(
                epochAndSequence, epochAndSequence, type, source, sourceAt, plainBytes, target, recordAt + headerBytes);
        return headerBytes + plainBytes + Aead.TAG_BYTES;
    }

    /** Wipes and frees the key; nobody may be sealing. */
    void close() {
        isClosed = true;
        writer.close();
    }
}
