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
 * What Badger nodes say to each other about the path between them, as the plaintext of a record where otherwise a packet
 * stands: path challenge and response (RFC 9000, section 8.2), and probes of how long a packet may be with their
 * acknowledgements (RFC 8899). Its first four bits are 0, which no version of IP has.
 *
 * <pre>
 * challenge, response:  type (1) | token (8)
 * probe:                type (1) | token (8) | zeros, as many as make it as long as the packet it stands for
 * acknowledgement:      type (1) | token (8) | length of the probe (2)
 * </pre>
 */
public final class PathMessage {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(U8.withName("type"), U64.withName("token"));

    public static final int BYTES = (int) LAYOUT.byteSize();

    /** Asks the receiver to send the token back to where this came from. */
    public static final int CHALLENGE = 1;

    /** Brings it back. */
    public static final int RESPONSE = 2;

    /** Asks the receiver to say how long this message is, up to the packets that the path is thought to carry. */
    public static final int MTU_PROBE = 3;

    /** Says it. */
    public static final int MTU_ACK = 4;

    public static final int MTU_ACK_BYTES = BYTES + Short.BYTES;

    /** IP's version stands in the first four bits. */
    private static final int LEAST_PACKET = 0x10;

    private static final long TYPE = offsetOf(LAYOUT, "type");
    private static final long TOKEN = offsetOf(LAYOUT, "token");

    private PathMessage() {}

    /** Whether a plaintext of {@code length} bytes is meant for the peer itself, and no packet; it may be one unknown here. */
    public static boolean isOne(MemorySegment plaintext, long at, int length) {
        return length > 0 && u8(plaintext, at + TYPE) < LEAST_PACKET;
    }

    /**
     * Whether a plaintext is neither empty, which is a keep-alive, nor a message of this kind. It must have a byte behind it, as
     * that of a record has.
     *
     * <p>In one comparison: of two, the one that keeps out what is rare would be compiled as if it never did, and all code
     * around it anew for the first keep-alive.
     */
    public static boolean isPacket(MemorySegment plaintext, long at, int length) {
        return (u8(plaintext, at + TYPE) - LEAST_PACKET | length - 1) >= 0;
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

    /** Writes a probe of {@code length} bytes, at least {@link #BYTES}. */
    public static void writeProbe(MemorySegment into, long at, long token, int length) {
        write(into, at, MTU_PROBE, token);
        // One by one, since a slice to be filled would be an object; a few times a second.
        for (long i = at + BYTES; i < at + length; i++) {
            into.set(U8, i, (byte) 0);
        }
    }

    /** Writes {@link #MTU_ACK_BYTES} bytes. */
    public static void writeAck(MemorySegment into, long at, long token, int probeLength) {
        write(into, at, MTU_ACK, token);
        into.set(U16, at + BYTES, (short) probeLength);
    }

    /** How long the probe was that an acknowledgement of {@code length} bytes is for; -1 if it does not say. */
    public static int ackedLength(MemorySegment plaintext, long at, int length) {
        return length < MTU_ACK_BYTES ? -1 : u16(plaintext, at + BYTES);
    }
}
