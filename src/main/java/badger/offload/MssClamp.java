package badger.offload;

import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Lowers the maximum segment size that a TCP connection is opened with to what a path carries (RFC 9293, section
 * 3.7.1), so that no ICMP message needs to tell an end later. Static, for any thread. It is called for each packet; of
 * a packet that is no SYN it reads a few bytes only.
 */
public final class MssClamp {
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int MAXIMUM_SEGMENT_SIZE = 2;
    private static final int MAXIMUM_SEGMENT_SIZE_BYTES = 4;

    private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private MssClamp() {}

    /**
     * Lowers the option, and corrects the checksum, if {@code length} bytes are exactly one TCP packet with SYN.
     *
     * @param largestPacket what the path carries, in bytes, IP header included
     * @param isChecksumPartial whether the checksum is unfinished, so that it does not cover the options yet
     */
    public static void apply(MemorySegment packet, long at, int length, int largestPacket, boolean isChecksumPartial) {
        if (length >= Ipv4.MINIMUM_HEADER_BYTES + Tcp.MINIMUM_HEADER_BYTES && isSyn(packet, at, length)) {
            int ipHeaderBytes = Transport.offset(packet, at, length);
            if (ipHeaderBytes != Transport.NONE) {
                // Options do not count (RFC 6691): the sender leaves room for them.
                int standardHeader = Transport.isIpv4(packet, at) ? Ipv4.MINIMUM_HEADER_BYTES : Ipv6.HEADER_BYTES;
                int most = largestPacket - standardHeader - Tcp.MINIMUM_HEADER_BYTES;
                lower(packet, at + ipHeaderBytes, most, isChecksumPartial);
            }
        }
    }

    /** Whether it may be a SYN, judged by two bytes. */
    private static boolean isSyn(MemorySegment packet, long at, int length) {
        boolean isIpv4 = Transport.isIpv4(packet, at);
        int ipHeaderBytes = isIpv4 ? Ipv4.headerBytes(packet, at) : Ipv6.HEADER_BYTES;
        return ipHeaderBytes + Tcp.MINIMUM_HEADER_BYTES <= length
                && Transport.protocol(packet, at) == Tcp.PROTOCOL
                && Tcp.isSyn(packet, at + ipHeaderBytes);
    }

    private static void lower(MemorySegment packet, long tcpAt, int most, boolean isChecksumPartial) {
        int headerBytes = Tcp.headerBytes(packet, tcpAt);
        int option = Tcp.MINIMUM_HEADER_BYTES;
        while (option < headerBytes) {
            int kind = Byte.toUnsignedInt(packet.get(U8, tcpAt + option));
            if (kind == NO_OPERATION) {
                option++;
                continue;
            }
            if (kind == END_OF_OPTIONS || option + 1 >= headerBytes) {
                return;
            }
            int optionBytes = Byte.toUnsignedInt(packet.get(U8, tcpAt + option + 1));
            if (optionBytes < 2 || option + optionBytes > headerBytes) {
                return;
            }
            if (kind == MAXIMUM_SEGMENT_SIZE && optionBytes == MAXIMUM_SEGMENT_SIZE_BYTES) {
                lowerValue(packet, tcpAt, option + 2, most, isChecksumPartial);
            }
            option += optionBytes;
        }
    }

    private static void lowerValue(MemorySegment packet, long tcpAt, int valueAt, int most, boolean isChecksumPartial) {
        int before = Short.toUnsignedInt(packet.get(U16, tcpAt + valueAt));
        if (before <= most) {
            return;
        }
        packet.set(U16, tcpAt + valueAt, (short) most);
        if (!isChecksumPartial) {
            // At an odd offset, the value's two bytes lie in two words of the sum, each in the other half.
            boolean isOdd = (valueAt & 1) != 0;
            int removed = isOdd ? swapped(before) : before;
            int added = isOdd ? swapped(most) : most;
            Tcp.checksum(packet, tcpAt, Checksum.replaced(Tcp.checksum(packet, tcpAt), removed, added));
        }
    }

    private static int swapped(int value) {
        return Short.toUnsignedInt(Short.reverseBytes((short) value));
    }
}
