package badger.wire;

import static badger.wire.WireTypes.U16;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u16;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The UDP header (RFC 768).
 *
 * <pre>
 * source port (2) | destination port (2) | length (2) | checksum (2)
 * </pre>
 *
 * <p>Accessors check bounds only: call {@link #isComplete} before trusting {@link #length}.
 */
public final class Udp {
    private static final StructLayout LAYOUT = MemoryLayout.structLayout(
            U16.withName("sourcePort"),
            U16.withName("destinationPort"),
            U16.withName("length"),
            U16.withName("checksum"));

    /** Its number in {@link Ipv4#protocol} and {@link Ipv6#nextHeader}. */
    public static final int PROTOCOL = 17;

    public static final int HEADER_BYTES = (int) LAYOUT.byteSize();

    /** Where the checksum stands from the header's start, in bytes; the kernel's {@code csum_offset}. */
    public static final int CHECKSUM_OFFSET = (int) offsetOf(LAYOUT, "checksum");

    private static final long SOURCE_PORT = offsetOf(LAYOUT, "sourcePort");
    private static final long DESTINATION_PORT = offsetOf(LAYOUT, "destinationPort");
    private static final long LENGTH = offsetOf(LAYOUT, "length");

    private Udp() {}

    /** Whether {@code [at, at + length)} holds one whole datagram. */
    public static boolean isComplete(MemorySegment datagram, long at, int length) {
        if (length < HEADER_BYTES) {
            return false;
        }
        int datagramBytes = length(datagram, at);
        return datagramBytes >= HEADER_BYTES && datagramBytes <= length;
    }

    public static int sourcePort(MemorySegment datagram, long at) {
        return u16(datagram, at + SOURCE_PORT);
    }

    public static int destinationPort(MemorySegment datagram, long at) {
        return u16(datagram, at + DESTINATION_PORT);
    }

    /** Header and payload, in bytes. */
    public static int length(MemorySegment datagram, long at) {
        return u16(datagram, at + LENGTH);
    }

    public static void length(MemorySegment datagram, long at, int bytes) {
        datagram.set(U16, at + LENGTH, (short) bytes);
    }

    /** The checksum. 0 over IPv4 means that the sender computed none. */
    public static int checksum(MemorySegment datagram, long at) {
        return u16(datagram, at + CHECKSUM_OFFSET);
    }

    public static void checksum(MemorySegment datagram, long at, int value) {
        datagram.set(U16, at + CHECKSUM_OFFSET, (short) value);
    }
}
