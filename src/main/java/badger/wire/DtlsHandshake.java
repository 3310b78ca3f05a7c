package badger.wire;

import static badger.wire.WireTypes.U16;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.bytes;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u16;
import static badger.wire.WireTypes.u24;
import static badger.wire.WireTypes.u8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The header of a handshake message's fragment, inside a {@link DtlsRecord} (RFC 6347, section 4.2.2).
 *
 * <pre>
 * type (1) | length (3) | message sequence (2) | fragment offset (3) | fragment length (3)
 * </pre>
 *
 * <p>Accessors check bounds only: call {@link #isComplete} before trusting a length.
 */
public final class DtlsHandshake {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U8.withName("type"),
            bytes(3, "length"),
            U16.withName("messageSequence"),
            bytes(3, "fragmentOffset"),
            bytes(3, "fragmentLength"));

    public static final int HEADER_BYTES = (int) LAYOUT.byteSize();

    public static final int HELLO_REQUEST = 0;
    public static final int CLIENT_HELLO = 1;
    public static final int SERVER_HELLO = 2;
    public static final int HELLO_VERIFY_REQUEST = 3;
    public static final int NEW_SESSION_TICKET = 4;
    public static final int CERTIFICATE = 11;
    public static final int SERVER_KEY_EXCHANGE = 12;
    public static final int CERTIFICATE_REQUEST = 13;
    public static final int SERVER_HELLO_DONE = 14;
    public static final int CERTIFICATE_VERIFY = 15;
    public static final int CLIENT_KEY_EXCHANGE = 16;
    public static final int FINISHED = 20;

    private static final long TYPE = offsetOf(LAYOUT, "type");
    private static final long LENGTH = offsetOf(LAYOUT, "length");
    private static final long MESSAGE_SEQUENCE = offsetOf(LAYOUT, "messageSequence");
    private static final long FRAGMENT_OFFSET = offsetOf(LAYOUT, "fragmentOffset");
    private static final long FRAGMENT_LENGTH = offsetOf(LAYOUT, "fragmentLength");

    private DtlsHandshake() {}

    /**
     * Whether {@code [at, at + remaining)} of a record's fragment begins with a whole fragment of a message, and that
     * fragment lies within its message. Further fragments may follow.
     */
    public static boolean isComplete(MemorySegment record, long at, int remaining) {
        return remaining >= HEADER_BYTES
                && fragmentBytes(record, at) <= remaining
                && fragmentOffset(record, at) + fragmentLength(record, at) <= length(record, at);
    }

    public static int type(MemorySegment record, long at) {
        return u8(record, at + TYPE);
    }

    /** The length of the whole message without any header, in bytes. */
    public static int length(MemorySegment record, long at) {
        return u24(record, at + LENGTH);
    }

    public static int messageSequence(MemorySegment record, long at) {
        return u16(record, at + MESSAGE_SEQUENCE);
    }

    /** Where the fragment belongs in the message, in bytes. */
    public static int fragmentOffset(MemorySegment record, long at) {
        return u24(record, at + FRAGMENT_OFFSET);
    }

    /** The fragment's length without this header, in bytes. */
    public static int fragmentLength(MemorySegment record, long at) {
        return u24(record, at + FRAGMENT_LENGTH);
    }

    /** Header and fragment, in bytes. The next fragment of the record begins behind them. */
    public static int fragmentBytes(MemorySegment record, long at) {
        return HEADER_BYTES + fragmentLength(record, at);
    }
}
