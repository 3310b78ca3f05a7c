package badger.wire;

import static badger.wire.WireTypes.U16;
import static badger.wire.WireTypes.U32;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u16;
import static badger.wire.WireTypes.u8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The IPv4 header (RFC 791, section 3.1).
 *
 * <pre>
 * version, header length (1) | type of service (1) | total length (2)
 * identification (2)         | flags, fragment offset (2)
 * time to live (1)           | protocol (1)        | header checksum (2)
 * source (4) | destination (4) | options (0 to 40)
 * </pre>
 *
 * <p>Accessors check bounds only: call {@link #isComplete} before trusting a length.
 */
public final class Ipv4 {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U8.withName("versionAndHeaderLength"),
            U8.withName("typeOfService"),
            U16.withName("totalLength"),
            U16.withName("identification"),
            U16.withName("flagsAndFragmentOffset"),
            U8.withName("timeToLive"),
            U8.withName("protocol"),
            U16.withName("headerChecksum"),
            U32.withName("source"),
            U32.withName("destination"));

    public static final int VERSION = 4;
    public static final int MINIMUM_HEADER_BYTES = (int) LAYOUT.byteSize();

    private static final long VERSION_AND_HEADER_LENGTH = offsetOf(LAYOUT, "versionAndHeaderLength");
    private static final long TYPE_OF_SERVICE = offsetOf(LAYOUT, "typeOfService");
    private static final long TOTAL_LENGTH = offsetOf(LAYOUT, "totalLength");
    private static final long IDENTIFICATION = offsetOf(LAYOUT, "identification");
    private static final long FLAGS_AND_FRAGMENT_OFFSET = offsetOf(LAYOUT, "flagsAndFragmentOffset");
    private static final long TIME_TO_LIVE = offsetOf(LAYOUT, "timeToLive");
    private static final long PROTOCOL = offsetOf(LAYOUT, "protocol");
    private static final long HEADER_CHECKSUM = offsetOf(LAYOUT, "headerChecksum");
    private static final long SOURCE = offsetOf(LAYOUT, "source");
    private static final long DESTINATION = offsetOf(LAYOUT, "destination");

    private static final int VERSION_SHIFT = 4;
    private static final int HEADER_LENGTH_MASK = 0x0F;
    private static final int WORD_BYTES = 4;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET_MASK = 0x1FFF;
    private static final int FRAGMENT_UNIT_BYTES = 8;

    private Ipv4() {}

    /**
     * Whether {@code [at, at + length)} holds one whole IPv4 packet: version 4, a header that lies inside, and a total
     * length between the header's and {@code length}. Bytes behind the total length do not belong to the packet.
     */
    public static boolean isComplete(MemorySegment packet, long at, int length) {
        if (length < MINIMUM_HEADER_BYTES || version(packet, at) != VERSION) {
            return false;
        }
        int headerBytes = headerBytes(packet, at);
        int totalLength = totalLength(packet, at);
        return headerBytes >= MINIMUM_HEADER_BYTES && headerBytes <= totalLength && totalLength <= length;
    }

    /** The first four bits of any IP packet: 4 here, 6 for {@link Ipv6}. */
    public static int version(MemorySegment packet, long at) {
        return u8(packet, at + VERSION_AND_HEADER_LENGTH) >>> VERSION_SHIFT;
    }

    public static int headerBytes(MemorySegment packet, long at) {
        return (u8(packet, at + VERSION_AND_HEADER_LENGTH) & HEADER_LENGTH_MASK) * WORD_BYTES;
    }

    public static int typeOfService(MemorySegment packet, long at) {
        return u8(packet, at + TYPE_OF_SERVICE);
    }

    /** Header and payload, in bytes. */
    public static int totalLength(MemorySegment packet, long at) {
        return u16(packet, at + TOTAL_LENGTH);
    }

    public static void totalLength(MemorySegment packet, long at, int bytes) {
        packet.set(U16, at + TOTAL_LENGTH, (short) bytes);
    }

    public static int identification(MemorySegment packet, long at) {
        return u16(packet, at + IDENTIFICATION);
    }

    public static void identification(MemorySegment packet, long at, int value) {
        packet.set(U16, at + IDENTIFICATION, (short) value);
    }

    public static boolean isDontFragment(MemorySegment packet, long at) {
        return (u16(packet, at + FLAGS_AND_FRAGMENT_OFFSET) & DONT_FRAGMENT) != 0;
    }

    public static boolean isMoreFragments(MemorySegment packet, long at) {
        return (u16(packet, at + FLAGS_AND_FRAGMENT_OFFSET) & MORE_FRAGMENTS) != 0;
    }

    /** Where this fragment's payload belongs in the whole packet's payload, in bytes. */
    public static int fragmentOffset(MemorySegment packet, long at) {
        return (u16(packet, at + FLAGS_AND_FRAGMENT_OFFSET) & FRAGMENT_OFFSET_MASK) * FRAGMENT_UNIT_BYTES;
    }

    /** Whether this is part of a packet, so that the payload need not begin with a transport header. */
    public static boolean isFragment(MemorySegment packet, long at) {
        return fragmentBits(packet, at) != 0;
    }

    /**
     * The bits that make this a fragment, as they stand in the header: 0 exactly if {@link #isFragment} is false, and
     * never negative. For callers that must not branch.
     */
    public static int fragmentBits(MemorySegment packet, long at) {
        return u16(packet, at + FLAGS_AND_FRAGMENT_OFFSET) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK);
    }

    /** Makes this a fragment that may be fragmented further. {@code offset} is in bytes, a multiple of 8. */
    public static void fragment(MemorySegment packet, long at, int offset, boolean hasMore) {
        int flags = hasMore ? MORE_FRAGMENTS : 0;
        packet.set(U16, at + FLAGS_AND_FRAGMENT_OFFSET, (short) (flags | offset / FRAGMENT_UNIT_BYTES));
    }

    public static int timeToLive(MemorySegment packet, long at) {
        return u8(packet, at + TIME_TO_LIVE);
    }

    /** For instance {@link Icmp#PROTOCOL}, {@link Tcp#PROTOCOL}, {@link Udp#PROTOCOL}. */
    public static int protocol(MemorySegment packet, long at) {
        return u8(packet, at + PROTOCOL);
    }

    public static int headerChecksum(MemorySegment packet, long at) {
        return u16(packet, at + HEADER_CHECKSUM);
    }

    public static void headerChecksum(MemorySegment packet, long at, int value) {
        packet.set(U16, at + HEADER_CHECKSUM, (short) value);
    }

    /** Big endian in an int, as in {@link Ipv4Prefix#address}. */
    public static int source(MemorySegment packet, long at) {
        return packet.get(U32, at + SOURCE);
    }

    /** Big endian in an int, as in {@link Ipv4Prefix#address}. */
    public static int destination(MemorySegment packet, long at) {
        return packet.get(U32, at + DESTINATION);
    }

    /** Writes a header without options, with its checksum, of a packet that is no fragment and may be fragmented. */
    static void write(
            MemorySegment into, long at, int totalLength, int protocol, int source, int destination, int timeToLive) {
        into.set(U8, at + VERSION_AND_HEADER_LENGTH, (byte)
                (VERSION << VERSION_SHIFT | MINIMUM_HEADER_BYTES / WORD_BYTES));
        into.set(U8, at + TYPE_OF_SERVICE, (byte) 0);
        totalLength(into, at, totalLength);
        identification(into, at, 0);
        fragment(into, at, 0, false);
        into.set(U8, at + TIME_TO_LIVE, (byte) timeToLive);
        into.set(U8, at + PROTOCOL, (byte) protocol);
        headerChecksum(into, at, 0);
        into.set(U32, at + SOURCE, source);
        into.set(U32, at + DESTINATION, destination);
        headerChecksum(into, at, Checksum.of(into, at, MINIMUM_HEADER_BYTES));
    }
}
