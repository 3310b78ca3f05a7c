package badger.offload;

import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The headers of one super-packet, kept to be stamped before each segment's payload. What is the same in all of them is
 * added up once, so that a segment's checksums take its own few fields and, unless partial, its payload.
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

    /** Of the IPv4 header without what differs: total length, identification and the checksum itself. */
    private long ipSum;

    /** Of pseudo header and transport header without lengths, sequence, flags and the checksum itself. */
    private long transportSum;

    HeaderTemplate(Arena arena) {
        this.header = arena.allocate(MAXIMUM_BYTES, Long.BYTES);
    }

    /**
     * Takes the headers of the packet at {@code packetAt}, which were checked to be whole.
     *
     * @param isPartial whether the segments' checksums are only to be begun, as in a packet with NEEDS_CSUM
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
        // Zero says that there is none (RFC 768); a begun one is never zero, because the protocol's number is in it.
        hasChecksum = Udp.checksum(header, ipHeaderBytes) != 0;
        Udp.length(header, ipHeaderBytes, 0);
        Udp.checksum(header, ipHeaderBytes, 0);
    }

    /**
     * Writes the headers of a segment.
     *
     * @param at where they begin; the payload lies behind them already
     * @param index the segment's, from 0
     * @param payloadBefore what the segments before it carry, in bytes
     * @param length of the segment, headers and payload
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
        // As net/ipv4/tcp_offload.c, tcp_gso_segment, has it.
        int segmentFlags = flags & ~((isLast ? 0 : Tcp.FIN | Tcp.PSH) | (isFirst ? 0 : Tcp.CWR));
        long transportAt = at + ipHeaderBytes;
        Tcp.sequence(buffer, transportAt, segmentSequence);
        Tcp.flags(buffer, transportAt, segmentFlags);
        long sum = transportSum + length - ipHeaderBytes;
        if (isPartial) {
            Tcp.checksum(buffer, transportAt, Checksum.fold(sum));
        } else {
            int checksum = Checksum.finish(sum + segmentSequence + segmentFlags + payloadSum(buffer, at, length));
            // Too short to be cut, it is no super-packet to the kernel (include/linux/virtio_net.h), which writes ones
            // where it finishes a packet (skb_checksum_help), but zero where it cuts (tcp_gso_segment).
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
            // The length is in the pseudo header and in the header.
            int checksum = Checksum.finish(sum + transportBytes + payloadSum(buffer, at, length));
            Udp.checksum(buffer, transportAt, checksum == 0 ? 0xFFFF : checksum);
        }
    }

    private long payloadSum(MemorySegment buffer, long at, int length) {
        return Checksum.sum(buffer, at + headerBytes, length - headerBytes);
    }
}
