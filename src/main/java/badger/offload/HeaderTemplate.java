package badger.offload;

import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The headers of one super-packet, kept to be stamped before each segment's payload. What is the same in all segments
 * is added up once, so that a segment's checksums need only its own few fields and, unless they are partial, its
 * payload.
 *
 * <p>Belongs to a {@link Segmenter} and its thread.
 */
final class HeaderTemplate {
    /** IPv4 and TCP, each with 40 bytes of options. */
    private static final int MAXIMUM_BYTES = 120;

    private final MemorySegment header;

    private boolean isIpv4;
    private boolean isTcp;
    private boolean isPartial;
    private boolean hasChecksum;
    private int ipHeaderBytes;
    private int headerBytes;
    private int identification;
    private long sequence;
    private int flags;

    /**
     * The sum of the IPv4 header without the fields that differ: total length, identification and the checksum itself.
     */
    private long ipSum;

    /** The sum of pseudo header and transport header without lengths, sequence, flags and the checksum itself. */
    private long transportSum;

    HeaderTemplate(Arena arena) {
        this.header = arena.allocate(MAXIMUM_BYTES, Long.BYTES);
    }

    /**
     * Takes the headers of the packet at {@code packetAt}. The caller has checked that they are whole.
     *
     * @param isPartial whether the segments' checksums are only begun, as in a packet with NEEDS_CSUM
     */
    void save(MemorySegment buffer, long packetAt, int ipHeaderBytes, int headerBytes, boolean isPartial) {
        MemorySegment.copy(buffer, packetAt, header, 0, headerBytes);
        this.ipHeaderBytes = ipHeaderBytes;
        this.headerBytes = headerBytes;
        this.isPartial = isPartial;
        isIpv4 = Transport.isIpv4(header, 0);
        int protocol = Transport.protocol(header, 0);
        isTcp = protocol == Tcp.PROTOCOL;
        if (isIpv4) {
            saveIpv4();
        }
        if (isTcp) {
            saveTcp();
        } else {
            saveUdp();
        }
        transportSum = Transport.pseudoHeader(header, 0, protocol, 0);
        if (!isPartial) {
            transportSum += Checksum.sum(header, ipHeaderBytes, headerBytes - ipHeaderBytes);
        }
    }

    private void saveIpv4() {
        identification = Ipv4.identification(header, 0);
        Ipv4.totalLength(header, 0, 0);
        Ipv4.identification(header, 0, 0);
        Ipv4.headerChecksum(header, 0, 0);
        ipSum = Checksum.sum(header, 0, ipHeaderBytes);
    }

    private void saveTcp() {
        sequence = Tcp.sequence(header, ipHeaderBytes);
        flags = Tcp.flags(header, ipHeaderBytes);
        hasChecksum = true;
        Tcp.sequence(header, ipHeaderBytes, 0);
        Tcp.flags(header, ipHeaderBytes, 0);
        Tcp.checksum(header, ipHeaderBytes, 0);
    }

    private void saveUdp() {
        // Zero means none (RFC 768). A begun checksum is never zero, because the protocol's number is in it.
        hasChecksum = Udp.checksum(header, ipHeaderBytes) != 0;
        Udp.length(header, ipHeaderBytes, 0);
        Udp.checksum(header, ipHeaderBytes, 0);
    }

    /**
     * Writes the headers of a segment.
     *
     * @param at their offset; the payload lies behind them already
     * @param index of the segment, from 0
     * @param payloadBefore bytes that the segments before it carry
     * @param length of the segment in bytes, headers and payload
     */
    void stamp(MemorySegment buffer, long at, int index, int payloadBefore, int length, boolean isLast) {
        MemorySegment.copy(header, 0, buffer, at, headerBytes);
        if (isIpv4) {
            stampIpv4(buffer, at, identification + index & 0xFFFF, length);
        } else {
            Ipv6.payloadLength(buffer, at, length - ipHeaderBytes);
        }
        if (isTcp) {
            stampTcp(buffer, at, index == 0, payloadBefore, length, isLast);
        } else {
            stampUdp(buffer, at, length);
        }
    }

    private void stampIpv4(MemorySegment buffer, long at, int identification, int length) {
        Ipv4.totalLength(buffer, at, length);
        Ipv4.identification(buffer, at, identification);
        Ipv4.headerChecksum(buffer, at, Checksum.finish(ipSum + identification + length));
    }

    private void stampTcp(
            MemorySegment buffer, long at, boolean isFirst, int payloadBefore, int length, boolean isLast) {
        long segmentSequence = sequence + payloadBefore & 0xFFFF_FFFFL;
        // The same rules as tcp_gso_segment (net/ipv4/tcp_offload.c).
        int segmentFlags = flags & ~((isLast ? 0 : Tcp.FIN | Tcp.PSH) | (isFirst ? 0 : Tcp.CWR));
        long transportAt = at + ipHeaderBytes;
        Tcp.sequence(buffer, transportAt, segmentSequence);
        Tcp.flags(buffer, transportAt, segmentFlags);
        long sum = transportSum + length - ipHeaderBytes;
        if (isPartial) {
            Tcp.checksum(buffer, transportAt, Checksum.fold(sum));
        } else {
            int checksum = Checksum.finish(sum + segmentSequence + segmentFlags + payloadSum(buffer, at, length));
            // A packet too short to be cut is no super-packet to the kernel (include/linux/virtio_net.h). The kernel
            // writes ones in place of zero where it finishes a packet (skb_checksum_help), but zero where it cuts
            // (tcp_gso_segment).
            Tcp.checksum(buffer, transportAt, checksum == 0 && isFirst && isLast ? 0xFFFF : checksum);
        }
    }

    private void stampUdp(MemorySegment buffer, long at, int length) {
        int transportBytes = length - ipHeaderBytes;
        long transportAt = at + ipHeaderBytes;
        Udp.length(buffer, transportAt, transportBytes);
        if (!hasChecksum) {
            return;
        }
        long sum = transportSum + transportBytes;
        if (isPartial) {
            Udp.checksum(buffer, transportAt, Checksum.fold(sum));
        } else {
            // The length counts twice: in the pseudo header and in the header.
            int checksum = Checksum.finish(sum + transportBytes + payloadSum(buffer, at, length));
            Udp.checksum(buffer, transportAt, checksum == 0 ? 0xFFFF : checksum);
        }
    }

    private long payloadSum(MemorySegment buffer, long at, int length) {
        return Checksum.sum(buffer, at + headerBytes, length - headerBytes);
    }
}
