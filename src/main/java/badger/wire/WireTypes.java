package badger.wire;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The integers of network headers: big endian, at any offset. Java has no unsigned types, so {@code u8} and its like
 * widen.
 */
final class WireTypes {
    static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private WireTypes() {}

    /** Where a field of a header begins, in bytes. */
    static long offsetOf(StructLayout layout, String field) {
        return layout.byteOffset(groupElement(field));
    }

    /** A field as wide as no integer of Java, such as the 24-bit lengths of TLS. */
    static MemoryLayout bytes(int count, String field) {
        return MemoryLayout.sequenceLayout(count, U8).withName(field);
    }

    static int u8(MemorySegment segment, long at) {
        return Byte.toUnsignedInt(segment.get(U8, at));
    }

    static int u16(MemorySegment segment, long at) {
        return Short.toUnsignedInt(segment.get(U16, at));
    }

    static int u24(MemorySegment segment, long at) {
        return u8(segment, at) << 16 | u16(segment, at + 1);
    }

    static long u32(MemorySegment segment, long at) {
        return Integer.toUnsignedLong(segment.get(U32, at));
    }
}
