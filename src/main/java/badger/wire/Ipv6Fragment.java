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
 * The fragment header of IPv6 (RFC 8200, section 4.5).
 *
 * <pre>
 * next header (1) | reserved (1)
 * offset in units of 8 bytes (13 bits), reserved (2 bits), more (1 bit) | identification (4)
 * </pre>
 */
public final class Ipv6Fragment {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U8.withName("nextHeader"),
            U8.withName("reserved"),
            U16.withName("offsetAndMore"),
            U32.withName("identification"));

    /** Its number in {@link Ipv6#nextHeader}. */
    public static final int NUMBER = 44;

    public static final int HEADER_BYTES = (int) LAYOUT.byteSize();

    private static final long NEXT_HEADER = offsetOf(LAYOUT, "nextHeader");
    private static final long RESERVED = offsetOf(LAYOUT, "reserved");
    private static final long OFFSET_AND_MORE = offsetOf(LAYOUT, "offsetAndMore");
    private static final long IDENTIFICATION = offsetOf(LAYOUT, "identification");
    private static final int MORE = 1;
    private static final int OFFSET_MASK = 0xFFF8;

    private Ipv6Fragment() {}

    /** The number of the header that follows this one in the whole packet. */
    public static int nextHeader(MemorySegment packet, long at) {
        return u8(packet, at + NEXT_HEADER);
    }

    /** Where this fragment's payload belongs in the whole packet's payload, in bytes. */
    public static int offset(MemorySegment packet, long at) {
        return u16(packet, at + OFFSET_AND_MORE) & OFFSET_MASK;
    }

    public static boolean hasMore(MemorySegment packet, long at) {
        return (u16(packet, at + OFFSET_AND_MORE) & MORE) != 0;
    }

    public static int identification(MemorySegment packet, long at) {
        return packet.get(U32, at + IDENTIFICATION);
    }

    /** Writes a header. {@code offset} is in bytes, a multiple of 8. */
    public static void write(
            MemorySegment into, long at, int nextHeader, int offset, boolean hasMore, int identification) {
        into.set(U8, at + NEXT_HEADER, (byte) nextHeader);
        into.set(U8, at + RESERVED, (byte) 0);
        into.set(U16, at + OFFSET_AND_MORE, (short) (offset | (hasMore ? MORE : 0)));
        into.set(U32, at + IDENTIFICATION, identification);
    }
}
