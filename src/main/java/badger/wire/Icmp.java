package badger.wire;

import static badger.wire.WireTypes.U16;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u16;
import static badger.wire.WireTypes.u8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The header of an ICMP echo or echo reply (RFC 792). Other messages share its first four bytes.
 *
 * <pre>
 * type (1) | code (1) | checksum (2) | identifier (2) | sequence (2)
 * </pre>
 */
public final class Icmp {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U8.withName("type"),
            U8.withName("code"),
            U16.withName("checksum"),
            U16.withName("identifier"),
            U16.withName("sequence"));

    /** Its number in {@link Ipv4#protocol}. */
    public static final int PROTOCOL = 1;

    public static final int HEADER_BYTES = (int) LAYOUT.byteSize();
    public static final int CHECKSUM_OFFSET = (int) offsetOf(LAYOUT, "checksum");

    public static final int ECHO_REPLY = 0;
    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int ECHO = 8;

    private static final long TYPE = offsetOf(LAYOUT, "type");
    private static final long CODE = offsetOf(LAYOUT, "code");
    private static final long IDENTIFIER = offsetOf(LAYOUT, "identifier");
    private static final long SEQUENCE = offsetOf(LAYOUT, "sequence");

    private Icmp() {}

    /** Whether {@code length} bytes are enough for the header. */
    public static boolean isComplete(int length) {
        return length >= HEADER_BYTES;
    }

    public static int type(MemorySegment message, long at) {
        return u8(message, at + TYPE);
    }

    public static int code(MemorySegment message, long at) {
        return u8(message, at + CODE);
    }

    public static int checksum(MemorySegment message, long at) {
        return u16(message, at + CHECKSUM_OFFSET);
    }

    /** Of an echo or echo reply only. */
    public static int identifier(MemorySegment message, long at) {
        return u16(message, at + IDENTIFIER);
    }

    /** Of an echo or echo reply only. */
    public static int sequence(MemorySegment message, long at) {
        return u16(message, at + SEQUENCE);
    }
}
