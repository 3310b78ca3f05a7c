package badger.wire;

import static badger.wire.WireTypes.U16;
import static badger.wire.WireTypes.U32;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u16;
import static badger.wire.WireTypes.u32;
import static badger.wire.WireTypes.u8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The TCP header (RFC 9293, section 3.1).
 *
 * <pre>
 * source port (2) | destination port (2) | sequence (4) | acknowledgement (4)
 * data offset (1) | flags (1) | window (2) | checksum (2) | urgent pointer (2) | options (0 to 40)
 * </pre>
 *
 * <p>Accessors check bounds only: call {@link #isComplete} before trusting {@link #headerBytes}.
 */
public final class Tcp {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U16.withName("sourcePort"),
            U16.withName("destinationPort"),
            U32.withName("sequence"),
            U32.withName("acknowledgement"),
            U8.withName("dataOffset"),
            U8.withName("flags"),
            U16.withName("window"),
            U16.withName("checksum"),
            U16.withName("urgentPointer"));

    /** Its number in {@link Ipv4#protocol} and {@link Ipv6#nextHeader}. */
    public static final int PROTOCOL = 6;

    public static final int MINIMUM_HEADER_BYTES = (int) LAYOUT.byteSize();

    /** Where the checksum stands from the header's start, in bytes; the kernel's {@code csum_offset}. */
    public static final int CHECKSUM_OFFSET = (int) offsetOf(LAYOUT, "checksum");

    private static final long SOURCE_PORT = offsetOf(LAYOUT, "sourcePort");
    private static final long DESTINATION_PORT = offsetOf(LAYOUT, "destinationPort");
    private static final long SEQUENCE = offsetOf(LAYOUT, "sequence");
    private static final long ACKNOWLEDGEMENT = offsetOf(LAYOUT, "acknowledgement");
    private static final long DATA_OFFSET = offsetOf(LAYOUT, "dataOffset");
    private static final long FLAGS = offsetOf(LAYOUT, "flags");
    private static final long WINDOW = offsetOf(LAYOUT, "window");

    private static final int DATA_OFFSET_SHIFT = 4;
    private static final int WORD_BYTES = 4;

    // The bits of flags(). The last two are from RFC 3168.
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    private Tcp() {}

    /** Whether {@code [at, at + length)} begins with a whole TCP header, options included. */
    public static boolean isComplete(MemorySegment segment, long at, int length) {
        if (length < MINIMUM_HEADER_BYTES) {
            return false;
        }
        int headerBytes = headerBytes(segment, at);
        return headerBytes >= MINIMUM_HEADER_BYTES && headerBytes <= length;
    }

    public static int sourcePort(MemorySegment segment, long at) {
        return u16(segment, at + SOURCE_PORT);
    }

    public static int destinationPort(MemorySegment segment, long at) {
        return u16(segment, at + DESTINATION_PORT);
    }

    /** Unsigned. It wraps at 2<sup>32</sup>. */
    public static long sequence(MemorySegment segment, long at) {
        return u32(segment, at + SEQUENCE);
    }

    /** Takes the lowest 32 bits of {@code value}. */
    public static void sequence(MemorySegment segment, long at, long value) {
        segment.set(U32, at + SEQUENCE, (int) value);
    }

    /** Unsigned. It wraps at 2<sup>32</sup>. */
    public static long acknowledgement(MemorySegment segment, long at) {
        return u32(segment, at + ACKNOWLEDGEMENT);
    }

    /** The data offset, in bytes. */
    public static int headerBytes(MemorySegment segment, long at) {
        return (u8(segment, at + DATA_OFFSET) >>> DATA_OFFSET_SHIFT) * WORD_BYTES;
    }

    /** All eight flags, as a sum of {@link #FIN} and its neighbours. */
    public static int flags(MemorySegment segment, long at) {
        return u8(segment, at + FLAGS);
    }

    public static void flags(MemorySegment segment, long at, int flags) {
        segment.set(U8, at + FLAGS, (byte) flags);
    }

    public static boolean isFin(MemorySegment segment, long at) {
        return hasFlag(segment, at, FIN);
    }

    public static boolean isSyn(MemorySegment segment, long at) {
        return hasFlag(segment, at, SYN);
    }

    public static boolean isRst(MemorySegment segment, long at) {
        return hasFlag(segment, at, RST);
    }

    public static boolean isPsh(MemorySegment segment, long at) {
        return hasFlag(segment, at, PSH);
    }

    public static boolean isAck(MemorySegment segment, long at) {
        return hasFlag(segment, at, ACK);
    }

    public static boolean isUrg(MemorySegment segment, long at) {
        return hasFlag(segment, at, URG);
    }

    /** The window as it stands, without the window scale option. */
    public static int window(MemorySegment segment, long at) {
        return u16(segment, at + WINDOW);
    }

    public static int checksum(MemorySegment segment, long at) {
        return u16(segment, at + CHECKSUM_OFFSET);
    }

    public static void checksum(MemorySegment segment, long at, int value) {
        segment.set(U16, at + CHECKSUM_OFFSET, (short) value);
    }

    private static boolean hasFlag(MemorySegment segment, long at, int flag) {
        return (u8(segment, at + FLAGS) & flag) != 0;
    }
}
