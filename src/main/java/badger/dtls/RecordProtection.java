package badger.dtls;

import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Our record layer for the application data of one association: seals and opens whole DTLS 1.2 records without
 * allocating.
 *
 * <p>Each {@link RecordSealer} belongs to whoever holds its lock in the session, opening to the peer's receive thread; all
 * may run at once. {@link #close} wipes and frees the keys and is called by the owner once neither runs any more; it can no longer
 * seal or open then, and says so.
 */
public final class RecordProtection implements AutoCloseable {
    /** Record header and explicit nonce. */
    public static final int HEADER_BYTES = DtlsRecord.HEADER_BYTES + Aead.EXPLICIT_NONCE_BYTES;

    public static final int TRAILER_BYTES = Aead.TAG_BYTES;
    public static final int OVERHEAD_BYTES = HEADER_BYTES + TRAILER_BYTES;
    /** RFC 6347, section 4.1.1: a plaintext has at most 2^14 bytes. */
    public static final int LONGEST_PLAINTEXT_BYTES = 1 << 14;

    public static final int USED_UP = -1;
    public static final int REPLAYED = -1;
    public static final int BAD_TAG = -2;
    public static final int TOO_SHORT = -3;

    private final List<RecordSealer> sealers;
    private final Aead reader;
    private final SequenceNumbers sequenceNumbers;
    private final long recordLimit;
    private final ReplayWindow window = new ReplayWindow();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean isClosed;

    /** One with a single sealer; parameters as below. */
    RecordProtection(Aead writer, Aead reader, SequenceNumbers sequenceNumbers, long recordLimit) {
        this(List.of(writer), reader, sequenceNumbers, recordLimit);
    }

    /**
     * Takes over the ciphers.
     *
     * @param writers all of one key, one for each thread that may seal at the same time
     * @param recordLimit how many records may be sealed under the key, those of bctls included
     */
    RecordProtection(List<Aead> writers, Aead reader, SequenceNumbers sequenceNumbers, long recordLimit) {
        this.sealers = writers.stream()
                .map(writer -> new RecordSealer(writer, sequenceNumbers, recordLimit))
                .toList();
        this.reader = reader;
        this.sequenceNumbers = sequenceNumbers;
        this.recordLimit = recordLimit;
    }

    /**
     * Seals the {@code length} bytes at {@code recordAt + HEADER_BYTES} in place into a whole record at {@code recordAt}.
     *
     * @return the length of the record, or {@link #USED_UP} if the key has sealed as many records as it may or is closed
     */
    public int seal(MemorySegment buffer, long recordAt, int length) {
        return seal(buffer, recordAt + HEADER_BYTES, length, buffer, recordAt);
    }

    /** As {@link #seal(MemorySegment, long, int)}, out of place: the plaintext is left as it is. */
    public int seal(MemorySegment source, long sourceAt, int length, MemorySegment target, long recordAt) {
        RecordSealer sealer = sealers.getFirst();
        long sequence = sealer.reserve(1);
        return sequence == RecordSealer.NONE_LEFT
                ? USED_UP
                : sealer.seal(sequence, source, sourceAt, length, target, recordAt);
    }

    /** How many threads may seal at the same time. */
    public int sealerCount() {
        return sealers.size();
    }

    /** The one of that number, from 0; {@link #seal} uses the first. */
    public RecordSealer sealer(int index) {
        return sealers.get(index);
    }

    /**
     * Opens a record of type 23 and epoch 1 in place; the plaintext is at {@code recordAt + HEADER_BYTES}. If the tag is
     * bad the ciphertext is gone: where a second key may fit, use the variant with a target.
     *
     * @param recordLength the whole record, header included
     * @return the length of the plaintext, which may be 0, or {@link #REPLAYED}, {@link #BAD_TAG}, {@link #TOO_SHORT}
     */
    public int open(MemorySegment buffer, long recordAt, int recordLength) {
        return open(buffer, recordAt, recordLength, buffer, recordAt + HEADER_BYTES);
    }

    /** As {@link #open(MemorySegment, long, int)}, out of place: the record is left as it is. */
    public int open(MemorySegment source, long recordAt, int recordLength, MemorySegment target, long targetAt) {
        int length = recordLength - OVERHEAD_BYTES;
        if (length < 0) {
            return TOO_SHORT;
        }
        if (isClosed) {
            return BAD_TAG;
        }
        long epochAndSequence = DtlsRecord.epochAndSequence(source, recordAt);
        long sequence = DtlsRecord.sequenceOf(epochAndSequence);
        if (!window.isFresh(sequence)) {
            return REPLAYED;
        }
        // The nonce is the record's own: OpenSSL starts it at random, old pion draws every one at random.
        boolean isAuthentic = reader.open(
                DtlsRecord.explicitNonce(source, recordAt),
                epochAndSequence,
                DtlsRecord.APPLICATION_DATA,
                source,
                recordAt + HEADER_BYTES,
                length,
                target,
                targetAt);
        if (!isAuthentic) {
            refused.setRelease(refused.getPlain() + 1);
            return BAD_TAG;
        }
        window.accept(sequence);
        opened.setRelease(opened.getPlain() + 1);
        return length;
    }

    /** Records sealed under the key so far, by bctls or by us: what a limit on the key counts. Any thread. */
    public long recordsSealed() {
        return sequenceNumbers.drawn();
    }

    /** Whether the key has sealed half of what it may. Any thread. */
    public boolean isNearlyUsedUp() {
        return sequenceNumbers.drawn() > recordLimit / 2;
    }

    /** Records of application data that were authentic and new. Any thread. */
    public long recordsOpened() {
        return opened.getAcquire();
    }

    /** Records whose tag did not verify (RFC 9147, section 4.5.3 bounds them). Any thread. */
    public long tagsRefused() {
        return refused.getAcquire();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            sealers.forEach(RecordSealer::close);
            reader.close();
        }
    }
}
