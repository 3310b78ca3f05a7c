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
 * <p>A record with a connection ID (RFC 9146, section 4) has it between sequence and length, so that what follows is that much
 * further on; nothing in the record says how long it is. Those who read and write are told.
 *
 * <p>Under an AES-GCM suite the fragment begins with the explicit nonce (RFC 5288, section 3). Accessors check bounds
 * only: call {@link #isComplete} before trusting {@link #length}.
 */
public final class DtlsRecord {
    // Epoch and sequence stand together as one number: they are what nonces and the additional data are made of.
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

    /** The length of the connection IDs that a Badger node asks for, which it therefore knows without looking one up. */
    public static final int CONNECTION_ID_BYTES = (int) U32.byteSize();

    /** DTLS 1.0, which also stands in the records of a first ClientHello and of a HelloVerifyRequest. */
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

    /** Whether {@code [at, at + remaining)} of a datagram begins with a whole record; others may follow it. */
    public static boolean isComplete(MemorySegment datagram, long at, int remaining) {
        return isComplete(datagram, at, remaining, 0);
    }

    /** As the other, where a connection ID of so many bytes stands in the header, or none. */
    public static boolean isComplete(MemorySegment datagram, long at, int remaining, int connectionIdBytes) {
        return remaining >= HEADER_BYTES + connectionIdBytes
                && recordBytes(datagram, at, connectionIdBytes) <= remaining;
    }

    /**
     * Type, version and epoch in one number, for who asks for all of them of every record; the bytes behind are of the sequence.
     * See {@link #startType}, {@link #startVersion} and {@link #startEpoch}.
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

    /** Header and fragment, in bytes: the next record of the datagram begins there. */
    public static int recordBytes(MemorySegment datagram, long at) {
        return recordBytes(datagram, at, 0);
    }

    /** As the other, where a connection ID of so many bytes stands in the header, or none. */
    public static int recordBytes(MemorySegment datagram, long at, int connectionIdBytes) {
        return HEADER_BYTES + connectionIdBytes + length(datagram, at + connectionIdBytes);
    }

    /** The connection ID of a record for a Badger node, where the type is {@link #TLS12_CID}. */
    public static int connectionId(MemorySegment datagram, long at) {
        return datagram.get(U32, at + CONNECTION_ID_OFFSET);
    }

    /** The nonce before the ciphertext, where {@link #length} is at least {@link #EXPLICIT_NONCE_BYTES}. */
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

    /** Writes the {@link #HEADER_BYTES} bytes of a DTLS 1.2 record; {@code length} is that of its fragment, in bytes. */
    public static void putHeader(MemorySegment datagram, long at, int contentType, long epochAndSequence, int length) {
        putHeader(datagram, at, contentType, epochAndSequence, 0, length);
    }

    /** As the other, and leaves room for a connection ID of so many bytes, which it does not write. */
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
