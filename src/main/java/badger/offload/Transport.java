package badger.offload;

import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.MemorySegment;

/**
 * Finds the TCP or UDP header of an IP packet. Both ends of a session must find it in the same packets: the checksums
 * of those packets may travel unfinished, and the receiving end finishes every one of them.
 */
final class Transport {
    /** There is no transport header that this package would touch. */
    static final int NONE = -1;

    private Transport() {}

    /**
     * Where the transport header begins, counted from {@code at}. The result is {@link #NONE} unless {@code length}
     * bytes are exactly one packet, no fragment, without IPv6 extension headers, and hold a whole TCP header or a UDP
     * datagram that fills the packet.
     */
    static int offset(MemorySegment packet, long at, int length) {
        int ipHeaderBytes = ipHeaderBytes(packet, at, length);
        if (ipHeaderBytes == NONE) {
            return NONE;
        }
        long transportAt = at + ipHeaderBytes;
        int transportBytes = length - ipHeaderBytes;
        return switch (protocol(packet, at)) {
            case Tcp.PROTOCOL -> Tcp.isComplete(packet, transportAt, transportBytes) ? ipHeaderBytes : NONE;
            case Udp.PROTOCOL ->
                transportBytes >= Udp.HEADER_BYTES && Udp.length(packet, transportAt) == transportBytes
                        ? ipHeaderBytes
                        : NONE;
            default -> NONE;
        };
    }

    /** The IP header's length, or {@link #NONE} unless {@code length} bytes are exactly one packet and no fragment. */
    static int ipHeaderBytes(MemorySegment packet, long at, int length) {
        if (Ipv4.isComplete(packet, at, length)) {
            boolean isWhole = Ipv4.totalLength(packet, at) == length && !Ipv4.isFragment(packet, at);
            return isWhole ? Ipv4.headerBytes(packet, at) : NONE;
        }
        boolean isWhole =
                Ipv6.isComplete(packet, at, length) && Ipv6.HEADER_BYTES + Ipv6.payloadLength(packet, at) == length;
        return isWhole ? Ipv6.HEADER_BYTES : NONE;
    }

    static boolean isIpv4(MemorySegment packet, long at) {
        return Ipv4.version(packet, at) == Ipv4.VERSION;
    }

    /** The number of the header that follows the IP header. */
    static int protocol(MemorySegment packet, long at) {
        return isIpv4(packet, at) ? Ipv4.protocol(packet, at) : Ipv6.nextHeader(packet, at);
    }

    /** The offset of the checksum from the transport header's start. */
    static int checksumOffset(int protocol) {
        return protocol == Tcp.PROTOCOL ? Tcp.CHECKSUM_OFFSET : Udp.CHECKSUM_OFFSET;
    }

    /** The length of a transport header that {@link #offset} has found. */
    static int headerBytes(MemorySegment packet, long transportAt, int protocol) {
        return protocol == Tcp.PROTOCOL ? Tcp.headerBytes(packet, transportAt) : Udp.HEADER_BYTES;
    }

    /** The sum of the pseudo header; {@code transportBytes} are transport header and payload. */
    static long pseudoHeader(MemorySegment packet, long at, int protocol, int transportBytes) {
        return isIpv4(packet, at)
                ? Checksum.ipv4PseudoHeader(packet, at, protocol, transportBytes)
                : Checksum.ipv6PseudoHeader(packet, at, protocol, transportBytes);
    }
}
