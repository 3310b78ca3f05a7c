package badger.wire;

import static badger.wire.WireTypes.U16;
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

    /** DTLS 1.0, which also stands in the records of a first ClientHello and of a HelloVerifyRequest. */
    public static final int VERSION_1_0 = 0xFEFF;

    public static final int VERSION_1_2 = 0xFEFD;

    /** The largest sequence of an epoch: it is a 48-bit number. */
    public static final long MAXIMUM_SEQUENCE = (1L << 48) - 1;

    private static final long CONTENT_TYPE = offsetOf(LAYOUT, "contentType");
    private static final long VERSION = offsetOf(LAYOUT, "version");
    private static final long EPOCH_AND_SEQUENCE = offsetOf(LAYOUT, "epochAndSequence");
    private static final long LENGTH = offsetOf(LAYOUT, "length");

    private static final int EPOCH_SHIFT = 48;

    private DtlsRecord() {}

    /** Whether {@code [at, at + remaining)} of a datagram begins with a whole record; others may follow it. */
    public static boolean isComplete(MemorySegment datagram, long at, int remaining) {
        return remaining >= HEADER_BYTES && recordBytes(datagram, at) <= remaining;
    }

    public static int contentType(MemorySegment datagram, long at) {
        return u8(datagram, at + CONTENT_TYPE);
    }

    public static int version(MemorySegment datagram, long at) {
        return u16(datagram, at + VERSION);
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
        return HEADER_BYTES + length(datagram, at);
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
        datagram.set(U8, at + CONTENT_TYPE, (byte) contentType);
        datagram.set(U16, at + VERSION, (short) VERSION_1_2);
        datagram.set(U64, at + EPOCH_AND_SEQUENCE, epochAndSequence);
        datagram.set(U16, at + LENGTH, (short) length);
    }

    public static void putExplicitNonce(MemorySegment datagram, long at, long nonce) {
        datagram.set(U64, at + EXPLICIT_NONCE_OFFSET, nonce);
    }
}
