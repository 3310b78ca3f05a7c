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
 * What Badger nodes say to each other about the path between them, as the plaintext of a record in place of a packet:
 * path challenge and response (RFC 9000, section 8.2), and probes of how long a packet may be, with their
 * acknowledgements (RFC 8899). The first four bits are 0, which is no version of IP.
 *
 * <pre>
 * challenge, response:  type (1) | token (8)
 * probe:                type (1) | token (8) | zeros up to the length of the packet that it stands for
 * acknowledgement:      type (1) | token (8) | length of the probe (2)
 * </pre>
 */
public final class PathMessage {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(U8.withName("type"), U64.withName("token"));

    public static final int BYTES = (int) LAYOUT.byteSize();

    /** Asks the receiver to send the token back to the endpoint that the challenge came from. */
    public static final int CHALLENGE = 1;

    /** Brings the token of a challenge back. */
    public static final int RESPONSE = 2;

    /** Asks the receiver to say how long this message is. It is as long as a packet that the path may carry. */
    public static final int MTU_PROBE = 3;

    /** Says how long a probe was. */
    public static final int MTU_ACK = 4;

    public static final int MTU_ACK_BYTES = BYTES + Short.BYTES;

    /** IP's version stands in the first four bits. */
    private static final int LEAST_PACKET = 0x10;

    private static final long TYPE = offsetOf(LAYOUT, "type");
    private static final long TOKEN = offsetOf(LAYOUT, "token");

    private PathMessage() {}

    /** Whether a plaintext is a message to the node itself and no packet. Its type may be unknown to this version. */
    public static boolean isOne(MemorySegment plaintext, long at, int length) {
        return length > 0 && u8(plaintext, at + TYPE) < LEAST_PACKET;
    }

    /**
     * Whether a plaintext is a packet: neither empty, which is a keep-alive, nor a message of this kind. At least one
     * byte must be readable at {@code at} even if {@code length} is 0, as in a record, whose tag follows the plaintext.
     *
     * <p>This is one comparison for the compiler's sake. With two, C2 would compile the one for the rare case as if it
     * never held, and would compile all code around it again at the first keep-alive.
     */
    public static boolean isPacket(MemorySegment plaintext, long at, int length) {
        return (u8(plaintext, at + TYPE) - LEAST_PACKET | length - 1) >= 0;
    }

    /** The type, which this version need not know; -1 if the message is too short for a token. */
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

    /** Writes a probe of {@code length} bytes, at least {@link #BYTES}. */
    public static void writeProbe(MemorySegment into, long at, long token, int length) {
        write(into, at, MTU_PROBE, token);
        // Byte by byte, since a slice to fill would be an object. It happens a few times a second.
        for (long i = at + BYTES; i < at + length; i++) {
            into.set(U8, i, (byte) 0);
        }
    }

    /** Writes {@link #MTU_ACK_BYTES} bytes. */
    public static void writeAck(MemorySegment into, long at, long token, int probeLength) {
        write(into, at, MTU_ACK, token);
        into.set(U16, at + BYTES, (short) probeLength);
    }

    /** The length of the probe that an acknowledgement names, in bytes; -1 if it is too short to name one. */
    public static int ackedLength(MemorySegment plaintext, long at, int length) {
        return length < MTU_ACK_BYTES ? -1 : u16(plaintext, at + BYTES);
    }
}
