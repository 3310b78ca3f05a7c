package badger.offload;

import badger.linux.VirtioNetHeader;
import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Cuts what a TUN with offloads hands over into packets, each as a TUN without offloads would have handed it over.
 *
 * <p>The payload stays where it is: {@link #next} stamps each segment's headers into the buffer directly before its
 * payload, over the end of the segment before. So a segment is whole only until the next call, and the caller must
 * finish with each segment in order.
 *
 * <pre>
 * packet:     headers | payload 0 | payload 1 | payload 2
 * segment 0:  headers | payload 0
 * segment 1:              headers | payload 1
 * segment 2:                          headers | payload 2
 * </pre>
 *
 * <p>Used by one thread, which reads the TUN. Its own memory is in an arena of that thread.
 */
public final class Segmenter implements Segments {
    /** What {@link #begin} returns for a packet that contradicts itself, its virtio header or its checksum. */
    public static final int CONTRADICTION = -1;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final HeaderTemplate template;

    private MemorySegment buffer;
    private long packetAt;
    private int length;
    private int headerBytes;
    private int gsoSize;
    private int count;
    private int index;

    public Segmenter(Arena loopArena) {
        this.template = new HeaderTemplate(loopArena);
    }

    /**
     * Takes a packet. It stays the caller's, and must not move until the caller has finished with its last segment.
     *
     * @param length of the packet in bytes, without its virtio header
     * @param checksumsMayBePartial whether TCP and UDP checksums that the kernel has only begun may stay so, because
     *     the peer hands the packet to its kernel with NEEDS_CSUM
     * @return the number of segments, at least 1, or {@link #CONTRADICTION}
     */
    public int begin(
            MemorySegment buffer, long packetAt, int length, long virtioHeaderAt, boolean checksumsMayBePartial) {
        this.buffer = buffer;
        this.packetAt = packetAt;
        this.length = length;
        index = -1;
        headerBytes = 0;
        gsoSize = length;
        int type = VirtioNetHeader.gsoType(buffer, virtioHeaderAt) & ~VirtioNetHeader.GSO_ECN;
        boolean isFit = type == VirtioNetHeader.GSO_NONE
                ? beginPacket(virtioHeaderAt, checksumsMayBePartial)
                : beginSuperPacket(type, virtioHeaderAt, checksumsMayBePartial);
        // A packet that is no super-packet is one payload, without headers to stamp.
        count = isFit ? (length - headerBytes + gsoSize - 1) / gsoSize : CONTRADICTION;
        return count;
    }

    /**
     * As {@link #begin}, for a TCP packet or super-packet whose segments would be longer than the path takes: cuts it
     * into smaller ones, each as the sender could have made it. The result is {@link #CONTRADICTION} for other packets,
     * and for those with flags or an urgent pointer that hold for the whole packet.
     *
     * @param largest the longest segment wanted, in bytes, headers included
     */
    public int beginSmaller(
            MemorySegment buffer,
            long packetAt,
            int length,
            long virtioHeaderAt,
            boolean checksumsMayBePartial,
            int largest) {
        if (begin(buffer, packetAt, length, virtioHeaderAt, checksumsMayBePartial) == CONTRADICTION) {
            return CONTRADICTION;
        }
        int ipHeaderBytes = Transport.offset(buffer, packetAt, length);
        count = CONTRADICTION;
        if (ipHeaderBytes == Transport.NONE
                || Transport.protocol(buffer, packetAt) != Tcp.PROTOCOL
                || (Tcp.flags(buffer, packetAt + ipHeaderBytes) & (Tcp.SYN | Tcp.RST | Tcp.URG)) != 0) {
            return CONTRADICTION;
        }
        if (headerBytes == 0) {
            headerBytes = ipHeaderBytes + Tcp.headerBytes(buffer, packetAt + ipHeaderBytes);
            gsoSize = length - headerBytes;
            // The template adds the checksum up anew, so that a wrong one would come out right.
            boolean isBegun = (VirtioNetHeader.flags(buffer, virtioHeaderAt) & VirtioNetHeader.NEEDS_CSUM) != 0;
            if (!isBegun && !hasRightChecksum()) {
                return CONTRADICTION;
            }
            template.save(buffer, packetAt, ipHeaderBytes, headerBytes, checksumsMayBePartial);
        }
        gsoSize = Math.min(gsoSize, largest - headerBytes);
        if (gsoSize > 0) {
            count = (length - headerBytes + gsoSize - 1) / gsoSize;
        }
        return count;
    }

    /** Makes the next segment a packet; the first call makes the first one. */
    @Override
    public void next() {
        index++;
        if (headerBytes > 0) {
            template.stamp(buffer, segmentAt(), index, index * gsoSize, segmentLength(), index == count - 1);
        }
    }

    @Override
    public long segmentAt() {
        return packetAt + (long) index * gsoSize;
    }

    @Override
    public int segmentLength() {
        return index == count - 1 ? length - index * gsoSize : segmentBytes();
    }

    @Override
    public int segmentBytes() {
        return Math.min(headerBytes + gsoSize, length);
    }

    private boolean beginPacket(long virtioHeaderAt, boolean checksumMayBePartial) {
        if (length <= 0) {
            return false;
        }
        int flags = VirtioNetHeader.flags(buffer, virtioHeaderAt);
        if ((flags & VirtioNetHeader.NEEDS_CSUM) == 0) {
            boolean isKnownRight = (flags & VirtioNetHeader.DATA_VALID) != 0;
            return !checksumMayBePartial || isKnownRight || hasRightChecksum();
        }
        int start = VirtioNetHeader.csumStart(buffer, virtioHeaderAt);
        int offset = VirtioNetHeader.csumOffset(buffer, virtioHeaderAt);
        if (start + offset + Short.BYTES > length) {
            return false;
        }
        if (!(checksumMayBePartial && peerFinishes(start, offset))) {
            // The field holds the pseudo header's sum. The result is never zero (skb_checksum_help, net/core/dev.c).
            int checksum = Checksum.of(buffer, packetAt + start, length - start);
            buffer.set(U16, packetAt + start + offset, (short) (checksum == 0 ? 0xFFFF : checksum));
            // Without the flag, another begin() for this packet does not finish the checksum a second time.
            VirtioNetHeader.flags(buffer, virtioHeaderAt, flags & ~VirtioNetHeader.NEEDS_CSUM);
        }
        return true;
    }

    /**
     * The peer finishes every checksum that it finds, so that a wrong one, which a forwarded packet can have, would
     * come out right there. This runs rarely, because packets of this host come without a finished checksum.
     */
    private boolean hasRightChecksum() {
        int ipHeaderBytes = Transport.offset(buffer, packetAt, length);
        if (ipHeaderBytes == Transport.NONE) {
            return true;
        }
        long transportAt = packetAt + ipHeaderBytes;
        int protocol = Transport.protocol(buffer, packetAt);
        boolean hasNone = protocol == Udp.PROTOCOL && Udp.checksum(buffer, transportAt) == 0;
        int transportBytes = length - ipHeaderBytes;
        return hasNone
                || Checksum.isValid(Transport.pseudoHeader(buffer, packetAt, protocol, transportBytes)
                        + Checksum.sum(buffer, transportAt, transportBytes));
    }

    /** Whether the peer looks for this checksum. It does not for that of a packet within the packet, for example. */
    private boolean peerFinishes(int checksumStart, int checksumOffset) {
        return Transport.offset(buffer, packetAt, length) == checksumStart
                && checksumOffset == Transport.checksumOffset(Transport.protocol(buffer, packetAt));
    }

    private boolean beginSuperPacket(int type, long virtioHeaderAt, boolean checksumsMayBePartial) {
        int ipHeaderBytes = Transport.ipHeaderBytes(buffer, packetAt, length);
        int size = VirtioNetHeader.gsoSize(buffer, virtioHeaderAt);
        if (ipHeaderBytes == Transport.NONE || size == 0 || !isOfType(type)) {
            return false;
        }
        boolean needsChecksum = (VirtioNetHeader.flags(buffer, virtioHeaderAt) & VirtioNetHeader.NEEDS_CSUM) != 0;
        if (needsChecksum && VirtioNetHeader.csumStart(buffer, virtioHeaderAt) != ipHeaderBytes) {
            return false;
        }
        // Measured, because the kernel's own header length can span the whole first packet where it forwards.
        int transportHeaderBytes = transportHeaderBytes(type, ipHeaderBytes);
        if (transportHeaderBytes == Transport.NONE || ipHeaderBytes + transportHeaderBytes >= length) {
            return false;
        }
        headerBytes = ipHeaderBytes + transportHeaderBytes;
        gsoSize = size;
        template.save(buffer, packetAt, ipHeaderBytes, headerBytes, checksumsMayBePartial);
        return true;
    }

    private boolean isOfType(int type) {
        boolean isIpv4 = Ipv4.version(buffer, packetAt) == Ipv4.VERSION;
        int protocol = Transport.protocol(buffer, packetAt);
        if (type == VirtioNetHeader.GSO_UDP_L4) {
            return protocol == Udp.PROTOCOL;
        }
        int tcpType = isIpv4 ? VirtioNetHeader.GSO_TCPV4 : VirtioNetHeader.GSO_TCPV6;
        return type == tcpType && protocol == Tcp.PROTOCOL;
    }

    private int transportHeaderBytes(int type, int ipHeaderBytes) {
        if (type == VirtioNetHeader.GSO_UDP_L4) {
            return Udp.HEADER_BYTES;
        }
        boolean isComplete = Tcp.isComplete(buffer, packetAt + ipHeaderBytes, length - ipHeaderBytes);
        return isComplete ? Tcp.headerBytes(buffer, packetAt + ipHeaderBytes) : Transport.NONE;
    }
}
