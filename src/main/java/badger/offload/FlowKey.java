package badger.offload;

import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the packets of one super-packet have in common, taken from the first one: everything in their headers but
 * lengths, sequence, PSH and checksums. Headers are compared by words of eight bytes. The masks below say which bits
 * count.
 *
 * <p>Belongs to a {@link Coalescer} and its thread.
 */
final class FlowKey {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Version, header length, type of service, flags and fragment offset, but not total length and identification. */
    private static final long IPV4_START = 0xFFFF_0000_0000_FFFFL;

    /** Time to live and protocol, but not the checksum. */
    private static final int IPV4_MIDDLE = 0xFFFF_0000;

    private static final int IPV4_MIDDLE_AT = 8;
    private static final int IPV4_ADDRESSES_AT = 12;

    /** Version, traffic class, flow label, next header and hop limit, but not the payload length. */
    private static final long IPV6_START = 0xFFFF_FFFF_0000_FFFFL;

    private static final int IPV6_ADDRESSES_AT = 8;

    private static final int ACKNOWLEDGEMENT_AT = 8;
    private static final int OFFSET_FLAGS_AND_WINDOW_AT = 12;

    /** Data offset, flags without PSH, window and urgent pointer, but not the checksum. */
    private static final long OFFSET_FLAGS_AND_WINDOW = 0xFFFF_FFFF_0000_FFFFL & ~((long) Tcp.PSH << 48);

    private boolean isIpv4;
    private boolean isTcp;
    private boolean isDontFragment;
    private int ipHeaderBytes;
    private int headerBytes;
    private int identification;

    /** The sum of the first IPv4 header without total length, identification and checksum. */
    private long ipSum;

    private MemorySegment firstBuffer;
    private long firstAt;
    private long ipStart;
    private int ipMiddle;
    private long addresses;
    private int ports;
    private int acknowledgement;
    private long offsetFlagsAndWindow;

    /** IP and transport header, in bytes, of every packet of the flow. */
    int headerBytes() {
        return headerBytes;
    }

    int ipHeaderBytes() {
        return ipHeaderBytes;
    }

    boolean isIpv4() {
        return isIpv4;
    }

    boolean isTcp() {
        return isTcp;
    }

    /** Whether packets like this one may share a super-packet. {@link Transport#offset} has found its header. */
    static boolean isMergeable(MemorySegment buffer, long at, int length, int ipHeaderBytes) {
        boolean isIpv4 = Transport.isIpv4(buffer, at);
        if (isIpv4
                && (ipHeaderBytes != Ipv4.MINIMUM_HEADER_BYTES
                        || !Checksum.isValid(Checksum.sum(buffer, at, ipHeaderBytes)))) {
            return false;
        }
        long transportAt = at + ipHeaderBytes;
        if (Transport.protocol(buffer, at) == Tcp.PROTOCOL) {
            int flags = Tcp.flags(buffer, transportAt) & ~(Tcp.PSH | Tcp.ECE);
            return flags == Tcp.ACK && ipHeaderBytes + Tcp.headerBytes(buffer, transportAt) < length;
        }
        return Udp.checksum(buffer, transportAt) != 0 && ipHeaderBytes + Udp.HEADER_BYTES < length;
    }

    /** Takes the headers of a packet that {@link #isMergeable}. Its buffer must not change while the key is in use. */
    void set(MemorySegment buffer, long at, int ipHeaderBytes) {
        firstBuffer = buffer;
        firstAt = at;
        this.ipHeaderBytes = ipHeaderBytes;
        isIpv4 = Transport.isIpv4(buffer, at);
        int protocol = Transport.protocol(buffer, at);
        isTcp = protocol == Tcp.PROTOCOL;
        headerBytes = ipHeaderBytes + Transport.headerBytes(buffer, at + ipHeaderBytes, protocol);
        if (isIpv4) {
            setIpv4(buffer, at);
        } else {
            ipStart = buffer.get(U64, at) & IPV6_START;
        }
        setTransport(buffer, at + ipHeaderBytes);
    }

    private void setIpv4(MemorySegment buffer, long at) {
        identification = Ipv4.identification(buffer, at);
        isDontFragment = Ipv4.isDontFragment(buffer, at);
        ipStart = buffer.get(U64, at) & IPV4_START;
        ipMiddle = buffer.get(U32, at + IPV4_MIDDLE_AT) & IPV4_MIDDLE;
        addresses = buffer.get(U64, at + IPV4_ADDRESSES_AT);
        ipSum = (ipStart >>> 32) + (ipStart & 0xFFFF_FFFFL) + Integer.toUnsignedLong(ipMiddle);
        ipSum += (addresses >>> 32) + (addresses & 0xFFFF_FFFFL);
    }

    private void setTransport(MemorySegment buffer, long transportAt) {
        ports = buffer.get(U32, transportAt);
        if (isTcp) {
            acknowledgement = buffer.get(U32, transportAt + ACKNOWLEDGEMENT_AT);
            offsetFlagsAndWindow = buffer.get(U64, transportAt + OFFSET_FLAGS_AND_WINDOW_AT) & OFFSET_FLAGS_AND_WINDOW;
        }
    }

    /**
     * Whether a packet may follow in the super-packet. The caller judges payload lengths and the number of packets.
     *
     * @param index of the packet in the super-packet; the first is 0
     * @param payloadBefore bytes that the packets before it carry
     */
    boolean matches(MemorySegment buffer, long at, int length, int index, int payloadBefore) {
        if (length <= headerBytes) {
            return false;
        }
        boolean isSameIp = isIpv4
                ? matchesIpv4(buffer, at, length, identification + index & 0xFFFF)
                : matchesIpv6(buffer, at, length);
        return isSameIp
                && (isTcp
                        ? matchesTcp(buffer, at + ipHeaderBytes, payloadBefore)
                        : matchesUdp(buffer, at + ipHeaderBytes, length - ipHeaderBytes));
    }

    /**
     * A kernel that cut the super-packet would count the packets' identifications up from the first one's. So only
     * packets that may not be fragmented can have another identification: theirs means nothing (RFC 6864, section 4.1).
     */
    private boolean matchesIpv4(MemorySegment buffer, long at, int length, int expectedIdentification) {
        int packetIdentification = Ipv4.identification(buffer, at);
        return (buffer.get(U64, at) & IPV4_START) == ipStart
                && (buffer.get(U32, at + IPV4_MIDDLE_AT) & IPV4_MIDDLE) == ipMiddle
                && buffer.get(U64, at + IPV4_ADDRESSES_AT) == addresses
                && Ipv4.totalLength(buffer, at) == length
                && (isDontFragment || packetIdentification == expectedIdentification)
                && Checksum.isValid(ipSum + length + packetIdentification + Ipv4.headerChecksum(buffer, at));
    }

    private boolean matchesIpv6(MemorySegment buffer, long at, int length) {
        long word = buffer.get(U64, at);
        return (word & IPV6_START) == ipStart
                && (word >>> 16 & 0xFFFF) == length - ipHeaderBytes
                && isEqual(buffer, at, IPV6_ADDRESSES_AT, ipHeaderBytes);
    }

    private boolean matchesTcp(MemorySegment buffer, long transportAt, int payloadBefore) {
        long expectedSequence = Tcp.sequence(firstBuffer, firstAt + ipHeaderBytes) + payloadBefore & 0xFFFF_FFFFL;
        return buffer.get(U32, transportAt) == ports
                && Tcp.sequence(buffer, transportAt) == expectedSequence
                && buffer.get(U32, transportAt + ACKNOWLEDGEMENT_AT) == acknowledgement
                && (buffer.get(U64, transportAt + OFFSET_FLAGS_AND_WINDOW_AT) & OFFSET_FLAGS_AND_WINDOW)
                        == offsetFlagsAndWindow
                && isEqual(buffer, transportAt - ipHeaderBytes, ipHeaderBytes + Tcp.MINIMUM_HEADER_BYTES, headerBytes);
    }

    private boolean matchesUdp(MemorySegment buffer, long transportAt, int transportBytes) {
        return buffer.get(U32, transportAt) == ports
                && Udp.length(buffer, transportAt) == transportBytes
                && Udp.checksum(buffer, transportAt) != 0;
    }

    /** Whether the headers are equal in {@code [from, to)}. Both offsets are multiples of four. */
    private boolean isEqual(MemorySegment buffer, long at, int from, int to) {
        for (int i = from; i < to; i += Integer.BYTES) {
            if (buffer.get(U32, at + i) != firstBuffer.get(U32, firstAt + i)) {
                return false;
            }
        }
        return true;
    }
}
