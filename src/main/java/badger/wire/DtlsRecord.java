package badger.wire;

import static badger.wire.WireTypes.U16;
import static badger.wire.WireTypes.U32;
import static badger.wire.WireTypes.U64;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u16;
import static badger.wire.WireTypes.u8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The DTLS 1.2 record header (RFC 6347, section 4.1).
 *
 * <pre>
 * type (1) | version (2) | epoch (2) | sequence (6) | length (2) | fragment
 * </pre>
 *
 * <p>A record with a connection ID (RFC 9146, section 4) has it between sequence and length, so that all that follows
 * stands that much later. Nothing in the record says how long the connection ID is: the caller tells it.
 *
 * <p>Under an AES-GCM suite the fragment begins with the explicit nonce (RFC 5288, section 3). Accessors check bounds
 * only: call {@link #isComplete} before trusting {@link #length}.
 */
public final class DtlsRecord {
    // Epoch and sequence are one number here, because nonces and the additional data are made of both.
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U8.withName("contentType"),
            U16.withName("version"),
            U64.withName("epochAndSequence"),
            U16.withName("length"));

    public static final int HEADER_BYTES = (int) LAYOUT.byteSize();
    public static final int EXPLICIT_NONCE_OFFSET = HEADER_BYTES;
    public static final int EXPLICIT_NONCE_BYTES = (int) U64.byteSize();

    public static final int CHANGE_CIPHER_SPEC = 20;
    public static final int ALERT = 21;
    public static final int HANDSHAKE = 22;
    public static final int APPLICATION_DATA = 23;

    /** A record with a connection ID, whose real content type is encrypted (RFC 9146, section 3: tls12_cid). */
    public static final int TLS12_CID = 25;

    /** The length of the connection IDs that a Badger node asks for, in bytes. It is fixed, so it needs no look-up. */
    public static final int CONNECTION_ID_BYTES = (int) U32.byteSize();

    /** DTLS 1.0. The records of a first ClientHello and of a HelloVerifyRequest also carry it. */
    public static final int VERSION_1_0 = 0xFEFF;

    public static final int VERSION_1_2 = 0xFEFD;

    /** The largest sequence of an epoch: it is a 48-bit number. */
    public static final long MAXIMUM_SEQUENCE = (1L << 48) - 1;

    private static final long CONTENT_TYPE = offsetOf(LAYOUT, "contentType");
    private static final long VERSION = offsetOf(LAYOUT, "version");
    private static final long EPOCH_AND_SEQUENCE = offsetOf(LAYOUT, "epochAndSequence");
    private static final long LENGTH = offsetOf(LAYOUT, "length");

    /** Where a connection ID begins. */
    public static final long CONNECTION_ID_OFFSET = LENGTH;

    private static final int EPOCH_SHIFT = 48;

    private DtlsRecord() {}

    /** Whether {@code [at, at + remaining)} of a datagram begins with a whole record. Further ones may follow. */
    public static boolean isComplete(MemorySegment datagram, long at, int remaining) {
        return isComplete(datagram, at, remaining, 0);
    }

    /**
     * As {@link #isComplete(MemorySegment, long, int)}, for a header with {@code connectionIdBytes}, which may be 0.
     */
    public static boolean isComplete(MemorySegment datagram, long at, int remaining, int connectionIdBytes) {
        return remaining >= HEADER_BYTES + connectionIdBytes
                && recordBytes(datagram, at, connectionIdBytes) <= remaining;
    }

    /**
     * Type, version and epoch in one number, for callers that need all three of every record: see {@link #startType},
     * {@link #startVersion} and {@link #startEpoch}. The last bytes belong to the sequence.
     */
    public static long start(MemorySegment datagram, long at) {
        return datagram.get(U64, at);
    }

    public static int startType(long start) {
        return (int) (start >>> 56);
    }

    public static int startVersion(long start) {
        return (int) (start >>> 40) & 0xFFFF;
    }

    public static int startEpoch(long start) {
        return (int) (start >>> 24) & 0xFFFF;
    }

    public static int contentType(MemorySegment datagram, long at) {
        return u8(datagram, at + CONTENT_TYPE);
    }

    public static int epoch(MemorySegment datagram, long at) {
        return epochOf(epochAndSequence(datagram, at));
    }

    /** 0 to {@link #MAXIMUM_SEQUENCE}. */
    public static long sequence(MemorySegment datagram, long at) {
        return sequenceOf(epochAndSequence(datagram, at));
    }

    /** The epoch in the upper 16 bits, the sequence in the lower 48. */
    public static long epochAndSequence(MemorySegment datagram, long at) {
        return datagram.get(U64, at + EPOCH_AND_SEQUENCE);
    }

    /** What follows the header, in bytes. */
    public static int length(MemorySegment datagram, long at) {
        return u16(datagram, at + LENGTH);
    }

    /** Header and fragment, in bytes. The next record of the datagram begins behind them. */
    public static int recordBytes(MemorySegment datagram, long at) {
        return recordBytes(datagram, at, 0);
    }

    /** As {@link #recordBytes(MemorySegment, long)}, for a header with {@code connectionIdBytes}, which may be 0. */
    public static int recordBytes(MemorySegment datagram, long at, int connectionIdBytes) {
        return HEADER_BYTES + connectionIdBytes + length(datagram, at + connectionIdBytes);
    }

    /** The connection ID of a record of type {@link #TLS12_CID} that a Badger node receives. */
    public static int connectionId(MemorySegment datagram, long at) {
        return datagram.get(U32, at + CONNECTION_ID_OFFSET);
    }

    /** The nonce before the ciphertext. {@link #length} must be at least {@link #EXPLICIT_NONCE_BYTES}. */
    public static long explicitNonce(MemorySegment datagram, long at) {
        return datagram.get(U64, at + EXPLICIT_NONCE_OFFSET);
    }

    public static int epochOf(long epochAndSequence) {
        return (int) (epochAndSequence >>> EPOCH_SHIFT);
    }

    public static long sequenceOf(long epochAndSequence) {
        return epochAndSequence & MAXIMUM_SEQUENCE;
    }

    public static long epochAndSequenceOf(int epoch, long sequence) {
        return (long) epoch << EPOCH_SHIFT | sequence;
    }

    /**
     * Writes {@link #HEADER_BYTES} bytes of a DTLS 1.2 record.
     *
     * @param length of its fragment, in bytes
     */
    public static void putHeader(MemorySegment datagram, long at, int contentType, long epochAndSequence, int length) {
        putHeader(datagram, at, contentType, epochAndSequence, 0, length);
    }

    /**
     * Writes a header with room for a connection ID, which {@link #putConnectionId} fills.
     *
     * @param length of its fragment, in bytes
     */
    public static void putHeader(
            MemorySegment datagram,
            long at,
            int contentType,
            long epochAndSequence,
            int connectionIdBytes,
            int length) {
        datagram.set(U8, at + CONTENT_TYPE, (byte) contentType);
        datagram.set(U16, at + VERSION, (short) VERSION_1_2);
        putEpochAndSequence(datagram, at, epochAndSequence);
        datagram.set(U16, at + LENGTH + connectionIdBytes, (short) length);
    }

    public static void putEpochAndSequence(MemorySegment datagram, long at, long epochAndSequence) {
        datagram.set(U64, at + EPOCH_AND_SEQUENCE, epochAndSequence);
    }

    /** Writes a connection ID of {@link #CONNECTION_ID_BYTES}. */
    public static void putConnectionId(MemorySegment datagram, long at, int connectionId) {
        datagram.set(U32, at + CONNECTION_ID_OFFSET, connectionId);
    }

    public static void putExplicitNonce(MemorySegment datagram, long at, long nonce) {
        datagram.set(U64, at + EXPLICIT_NONCE_OFFSET, nonce);
    }
}
