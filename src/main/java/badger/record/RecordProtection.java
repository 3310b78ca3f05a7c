package badger.record;

import badger.aead.Aead;
import badger.aead.ConnectionId;
import badger.counter.DropReason;
import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Our record layer for the application data of one association: seals and opens whole DTLS 1.2 records without
 * allocating; with connection IDs (RFC 9146) in those directions for which they were agreed.
 *
 * <p>The type of a record with a connection ID is known only once it is open. An alert or a handshake message then goes
 * on to bctls, opened. It does not enter our replay window, because it will enter that of bctls.
 *
 * <p>Each {@link RecordSealer} belongs to the thread that holds its lock in the session, and opening to the peer's
 * thread; all may run at once. The owner calls {@link #close} once none of them runs any more. It wipes and frees the
 * keys; from then on {@link RecordSealer#reserve} has no number left, and {@link #open} refuses every record.
 */
public final class RecordProtection implements AutoCloseable {
    /** Record header and explicit nonce, however long the peer's connection ID is. */
    public static final int MOST_HEADER_BYTES = ConnectionId.LEAST_HEADER_BYTES + ConnectionId.MOST_BYTES;

    /** Content type and tag. */
    public static final int MOST_TRAILER_BYTES = 1 + Aead.TAG_BYTES;

    /** What a record without a connection ID has beside its content. */
    public static final int OVERHEAD_BYTES = ConnectionId.LEAST_HEADER_BYTES + Aead.TAG_BYTES;

    /** The same, between Badger nodes, which always agree on connection IDs. */
    public static final int BADGER_OVERHEAD_BYTES = OVERHEAD_BYTES + ConnectionIds.BYTES + 1;

    public static final int REPLAYED = -1;
    public static final int BAD_TAG = -2;
    public static final int TOO_SHORT = -3;
    /** Another's connection ID, or one where none was agreed, or none where one was (RFC 9146, section 3). */
    public static final int BAD_CONNECTION_ID = -4;
    /** Authentic, but all padding, or of a type that has no place in epoch 1. */
    public static final int BAD_CONTENT_TYPE = -5;
    /** An alert or a handshake message, which bctls has now. */
    public static final int CONTROL = -6;
    /** The same, but there was no room for it. */
    public static final int CONTROL_REFUSED = -7;

    /** Takes what is for bctls. Called on the thread that opens. */
    @FunctionalInterface
    public interface ControlSink {
        /** Copies the {@code length} bytes at {@code at}, the content of a record. @return whether there was room */
        boolean offer(long epochAndSequence, int type, MemorySegment plain, long at, int length);
    }

    private final List<RecordSealer> sealers;
    private final Aead reader;
    private final AgreedIds ids;
    private final ControlSink control;
    private final int ownId;
    private final int ownIdBytes;
    private final int outerType;
    private final int packetOffset;
    private final SequenceNumbers sequenceNumbers;
    private final long recordLimit;
    private final ReplayWindow window = new ReplayWindow();
    private final AtomicLong opened = new AtomicLong();
    private volatile boolean isClosed;

    /**
     * Takes over the ciphers.
     *
     * @param writers all of one key, one for each thread that may seal at the same time
     * @param ids with which the ciphers were made; ours is given back with the keys
     * @param control takes what has come with a connection ID and is no application data
     * @param recordLimit how many records may be sealed under the key, those of bctls included
     */
    public RecordProtection(
            List<Aead> writers,
            Aead reader,
            AgreedIds ids,
            ControlSink control,
            SequenceNumbers sequenceNumbers,
            long recordLimit) {
        this.sealers = writers.stream()
                .map(writer -> new RecordSealer(writer, ids.peers(), sequenceNumbers, recordLimit))
                .toList();
        this.reader = reader;
        this.ids = ids;
        this.control = control;
        ConnectionId own = ids.own();
        ownId = ids.ownValue();
        ownIdBytes = own.length();
        outerType = own.outerType(DtlsRecord.APPLICATION_DATA);
        packetOffset = own.headerBytes();
        this.sequenceNumbers = sequenceNumbers;
        this.recordLimit = recordLimit;
    }

    /** What a record that we seal has before its content, in bytes. */
    public int sealedHeaderBytes() {
        return ids.peers().headerBytes();
    }

    /** What a record that we seal has beside its content, in bytes. */
    public int overheadBytes() {
        return ids.peers().overheadBytes();
    }

    /** Where the content begins in a record that is opened in place. */
    public int packetOffset() {
        return packetOffset;
    }

    /** What records for this association carry; {@link ConnectionIds#NONE} where they carry none. */
    public int ownConnectionId() {
        return ownId;
    }

    /** How many threads may seal at the same time. */
    public int sealerCount() {
        return sealers.size();
    }

    /** The sealer of that number, from 0. */
    public RecordSealer sealer(int index) {
        return sealers.get(index);
    }

    /**
     * Opens a record of {@link RecordRoute#DATA} or {@link RecordRoute#CONNECTION_ID} in place; the packet is at
     * {@code recordAt + packetOffset()}. If the tag is bad the ciphertext is gone: where a second key may fit, use the
     * variant with a target.
     *
     * @param recordLength the whole record, header included
     * @return the length of the packet, which may be 0, or one of the negative numbers above, {@link #REPLAYED} and so
     *     on
     */
    public int open(MemorySegment buffer, long recordAt, int recordLength) {
        return open(buffer, recordAt, recordLength, buffer, recordAt + packetOffset);
    }

    /** As {@link #open(MemorySegment, long, int)}, out of place: the record is left as it is. */
    public int open(MemorySegment source, long recordAt, int recordLength, MemorySegment target, long targetAt) {
        int length = recordLength - packetOffset - Aead.TAG_BYTES;
        if (length < 0) {
            return TOO_SHORT;
        }
        boolean isNamed = DtlsRecord.contentType(source, recordAt) == outerType
                && (ownIdBytes == 0 || DtlsRecord.connectionId(source, recordAt) == ownId);
        if (!isNamed) {
            return BAD_CONNECTION_ID;
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
                DtlsRecord.explicitNonce(source, recordAt + ownIdBytes),
                epochAndSequence,
                outerType,
                source,
                recordAt + packetOffset,
                length,
                target,
                targetAt);
        if (!isAuthentic) {
            return BAD_TAG;
        }
        int packetLength = ownIdBytes == 0 ? length : contentLength(epochAndSequence, target, targetAt, length);
        if (packetLength >= 0) {
            window.accept(sequence);
            opened.setRelease(opened.getPlain() + 1);
        }
        return packetLength;
    }

    /** Cuts padding and content type off (RFC 9146, section 4). @return what is left, if it is application data */
    private int contentLength(long epochAndSequence, MemorySegment plain, long at, int length) {
        int left = length;
        int type = 0;
        while (type == 0 && left > 0) {
            left--;
            type = plain.get(ValueLayout.JAVA_BYTE, at + left);
        }
        if (type == DtlsRecord.APPLICATION_DATA) {
            return left;
        }
        if (type != DtlsRecord.ALERT && type != DtlsRecord.HANDSHAKE) {
            return BAD_CONTENT_TYPE;
        }
        return control.offer(epochAndSequence, type, plain, at, left) ? CONTROL : CONTROL_REFUSED;
    }

    /** The reason to count for a record that {@link #open} made no packet of; null for {@link #CONTROL}. */
    public static DropReason dropReason(int result) {
        return switch (result) {
            case CONTROL -> null;
            case REPLAYED -> DropReason.INBOUND_REPLAYED;
            case TOO_SHORT -> DropReason.INBOUND_TOO_SHORT;
            case BAD_CONNECTION_ID -> DropReason.INBOUND_BAD_CONNECTION_ID;
            case BAD_CONTENT_TYPE -> DropReason.INBOUND_NOT_DTLS;
            case CONTROL_REFUSED -> DropReason.INBOUND_CONTROL_REFUSED;
            default -> DropReason.INBOUND_BAD_TAG;
        };
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

    /** Any thread, also two at once; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            sealers.forEach(RecordSealer::close);
            reader.close();
            ids.giveBack();
        }
    }
}
