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
 * The IPv6 header (RFC 8200, section 3).
 *
 * <pre>
 * version, traffic class, flow label (4)
 * payload length (2) | next header (1) | hop limit (1)
 * source (16) | destination (16)
 * </pre>
 *
 * <p>Accessors check bounds only: call {@link #isComplete} before trusting a length. Extension headers count as
 * payload.
 */
public final class Ipv6 {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U32.withName("versionAndFlow"),
            U16.withName("payloadLength"),
            U8.withName("nextHeader"),
            U8.withName("hopLimit"),
            U64.withName("sourceHigh"),
            U64.withName("sourceLow"),
            U64.withName("destinationHigh"),
            U64.withName("destinationLow"));

    public static final int VERSION = 6;
    public static final int HEADER_BYTES = (int) LAYOUT.byteSize();

    private static final long VERSION_AND_FLOW = offsetOf(LAYOUT, "versionAndFlow");
    private static final long PAYLOAD_LENGTH = offsetOf(LAYOUT, "payloadLength");
    private static final long NEXT_HEADER = offsetOf(LAYOUT, "nextHeader");
    private static final long HOP_LIMIT = offsetOf(LAYOUT, "hopLimit");
    private static final long SOURCE_HIGH = offsetOf(LAYOUT, "sourceHigh");
    private static final long SOURCE_LOW = offsetOf(LAYOUT, "sourceLow");
    private static final long DESTINATION_HIGH = offsetOf(LAYOUT, "destinationHigh");
    private static final long DESTINATION_LOW = offsetOf(LAYOUT, "destinationLow");

    /** Where {@link #nextHeader} stands, in bytes from the header's start. */
    public static final int NEXT_HEADER_OFFSET = (int) NEXT_HEADER;

    private static final int VERSION_SHIFT = 4;

    private Ipv6() {}

    /** Whether {@code [at, at + length)} holds one whole IPv6 packet: version 6, header and payload inside. */
    public static boolean isComplete(MemorySegment packet, long at, int length) {
        return length >= HEADER_BYTES
                && version(packet, at) == VERSION
                && HEADER_BYTES + payloadLength(packet, at) <= length;
    }

    /** The first four bits of any IP packet. */
    public static int version(MemorySegment packet, long at) {
        return u8(packet, at + VERSION_AND_FLOW) >>> VERSION_SHIFT;
    }

    /** What follows the header, in bytes. */
    public static int payloadLength(MemorySegment packet, long at) {
        return u16(packet, at + PAYLOAD_LENGTH);
    }

    public static void payloadLength(MemorySegment packet, long at, int bytes) {
        packet.set(U16, at + PAYLOAD_LENGTH, (short) bytes);
    }

    /** The transport protocol, or an extension header's number. */
    public static int nextHeader(MemorySegment packet, long at) {
        return u8(packet, at + NEXT_HEADER);
    }

    public static void nextHeader(MemorySegment packet, long at, int number) {
        packet.set(U8, at + NEXT_HEADER, (byte) number);
    }

    public static int hopLimit(MemorySegment packet, long at) {
        return u8(packet, at + HOP_LIMIT);
    }

    /** The first eight bytes of the source address, big endian. */
    public static long sourceHigh(MemorySegment packet, long at) {
        return packet.get(U64, at + SOURCE_HIGH);
    }

    public static long sourceLow(MemorySegment packet, long at) {
        return packet.get(U64, at + SOURCE_LOW);
    }

    /** The first eight bytes of the destination address, big endian. */
    public static long destinationHigh(MemorySegment packet, long at) {
        return packet.get(U64, at + DESTINATION_HIGH);
    }

    public static long destinationLow(MemorySegment packet, long at) {
        return packet.get(U64, at + DESTINATION_LOW);
    }

    /** Writes a header without its addresses. */
    static void write(MemorySegment into, long at, int payloadLength, int nextHeader, int hopLimit) {
        into.set(U32, at + VERSION_AND_FLOW, VERSION << (Integer.SIZE - VERSION_SHIFT));
        payloadLength(into, at, payloadLength);
        nextHeader(into, at, nextHeader);
        into.set(U8, at + HOP_LIMIT, (byte) hopLimit);
    }

    /** Writes the addresses of an answer: the destination of {@code packet} as source, its source as destination. */
    static void answerTo(MemorySegment packet, long packetAt, MemorySegment into, long at) {
        into.set(U64, at + SOURCE_HIGH, destinationHigh(packet, packetAt));
        into.set(U64, at + SOURCE_LOW, destinationLow(packet, packetAt));
        into.set(U64, at + DESTINATION_HIGH, sourceHigh(packet, packetAt));
        into.set(U64, at + DESTINATION_LOW, sourceLow(packet, packetAt));
    }
}
