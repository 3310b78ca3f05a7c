package badger.wire;

import static badger.wire.WireTypes.U64;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What Badger nodes say to each other about the path between them, as the plaintext of a record where otherwise a packet
 * stands: path challenge and response (RFC 9000, section 8.2). Its first four bits are 0, which no version of IP has.
 *
 * <pre>
 * type (1) | token (8)
 * </pre>
 */
public final class PathMessage {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(U8.withName("type"), U64.withName("token"));

    public static final int BYTES = (int) LAYOUT.byteSize();

    /** Asks the receiver to send the token back to where this came from. */
    public static final int CHALLENGE = 1;

    /** Brings it back. */
    public static final int RESPONSE = 2;

    private static final long TYPE = offsetOf(LAYOUT, "type");
    private static final long TOKEN = offsetOf(LAYOUT, "token");

    private PathMessage() {}

    /** Whether a plaintext of {@code length} bytes is meant for the peer itself, and no packet; it may be one unknown here. */
    public static boolean isOne(MemorySegment plaintext, long at, int length) {
        return length > 0 && u8(plaintext, at + TYPE) < 0x10;
    }

    /** One of the types, or another one that this version does not know; -1 if it is too short for a token. */
    public static int type(MemorySegment plaintext, long at, int length) {
        return length < BYTES ? -1 : u8(plaintext, at + TYPE);
    }

    public static long token(MemorySegment plaintext, long at) {
        return plaintext.get(U64, at + TOKEN);
    }

    /** Writes {@link #BYTES} bytes. */
    public static void write(MemorySegment into, long at, int type, long token) {
        into.set(U8, at + TYPE, (byte) type);
        into.set(U64, at + TOKEN, token);
    }
}
