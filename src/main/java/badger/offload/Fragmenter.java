package badger.offload;

import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Ipv6Fragment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Cuts an IP packet into fragments (RFC 791, section 3.2; RFC 8200, section 4.5), which the kernel at the other end
 * puts together. It is for packets that may or must be cut because the path is too narrow for them. In IPv6 only the
 * source may cut; the node acts for the source, since it runs on the sending host.
 *
 * <p>Like {@link Segmenter}, it stamps the headers into the buffer before each payload, over the end of the fragment
 * before. The first fragment of an IPv6 packet begins {@link Ipv6Fragment#HEADER_BYTES} before the packet.
 *
 * <p>Used by one thread. Its own memory is in an arena of that thread.
 */
public final class Fragmenter implements Segments {
    private static final int UNIT_BYTES = 8;

    /**
     * An IPv4 header has at most 60 bytes. IPv6 packets with more headers than this before the part to cut are not cut.
     */
    private static final int MOST_HEADER_BYTES = 128;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;

    private final MemorySegment header;
    private MemorySegment buffer;
    private boolean isIpv4;
    private int headerBytes;
    private long payloadAt;
    private int payloadBytes;
    private int step;
    private int count;
    private int index;
    private int offset;
    private boolean hasMore;
    private int nextHeader;
    private int identification;
    private int ipv6Identification;

    /** @param firstIdentification of the first IPv6 packet that it cuts; it counts up from there */
    public Fragmenter(Arena loopArena, int firstIdentification) {
        header = loopArena.allocate(MOST_HEADER_BYTES, Long.BYTES);
        ipv6Identification = firstIdentification;
    }

    /**
     * Takes the packet at {@code [packetAt, packetAt + length)}. It must be exactly one, with a finished checksum, and
     * must not move until the caller has finished with its last fragment.
     *
     * @param largest the longest fragment wanted, in bytes
     * @return the number of fragments; 0 if the packet cannot be cut
     */
    public int begin(MemorySegment packetBuffer, long packetAt, int length, int largest) {
        buffer = packetBuffer;
        index = -1;
        isIpv4 = Transport.isIpv4(buffer, packetAt);
        if (length <= largest) {
            headerBytes = 0;
            payloadAt = packetAt;
            payloadBytes = length;
            step = length;
            count = 1;
            return 1;
        }
        boolean isFit = isIpv4 ? beginIpv4(packetAt, length) : beginIpv6(packetAt, length);
        step = (largest - headerBytes) / UNIT_BYTES * UNIT_BYTES;
        count = isFit && step > 0 ? (payloadBytes + step - 1) / step : 0;
        return count;
    }

    private boolean beginIpv4(long packetAt, int length) {
        if (Ipv4.totalLength(buffer, packetAt) != length) {
            return false;
        }
        // All fragments repeat all options. RFC 791 wants some of them in the first alone, but repeated they do no
        // harm.
        headerBytes = Ipv4.headerBytes(buffer, packetAt);
        MemorySegment.copy(buffer, packetAt, header, 0, headerBytes);
        payloadAt = packetAt + headerBytes;
        payloadBytes = length - headerBytes;
        offset = Ipv4.fragmentOffset(buffer, packetAt);
        hasMore = Ipv4.isMoreFragments(buffer, packetAt);
        return true;
    }

    private boolean beginIpv6(long packetAt, int length) {
        if (Ipv6.HEADER_BYTES + Ipv6.payloadLength(buffer, packetAt) != length) {
            return false;
        }
        int nextHeaderAt = Ipv6.NEXT_HEADER_OFFSET;
        int end = Ipv6.HEADER_BYTES;
        int next = Ipv6.nextHeader(buffer, packetAt);
        // Headers that routers look at stand before the fragment header.
        while (next == HOP_BY_HOP || next == ROUTING) {
            if (end + UNIT_BYTES > length) {
                return false;
            }
            nextHeaderAt = end;
            next = u8(packetAt + end);
            end += (u8(packetAt + end + 1) + 1) * UNIT_BYTES;
            if (end + Ipv6Fragment.HEADER_BYTES > MOST_HEADER_BYTES) {
                return false;
            }
        }
        boolean isFragment = next == Ipv6Fragment.NUMBER;
        int dataAt = isFragment ? end + Ipv6Fragment.HEADER_BYTES : end;
        if (dataAt >= length) {
            return false;
        }
        MemorySegment.copy(buffer, packetAt, header, 0, end);
        header.set(ValueLayout.JAVA_BYTE, nextHeaderAt, (byte) Ipv6Fragment.NUMBER);
        long fragmentAt = packetAt + end;
        nextHeader = isFragment ? Ipv6Fragment.nextHeader(buffer, fragmentAt) : next;
        offset = isFragment ? Ipv6Fragment.offset(buffer, fragmentAt) : 0;
        hasMore = isFragment && Ipv6Fragment.hasMore(buffer, fragmentAt);
        identification = isFragment ? Ipv6Fragment.identification(buffer, fragmentAt) : ipv6Identification++;
        headerBytes = end + Ipv6Fragment.HEADER_BYTES;
        payloadAt = packetAt + dataAt;
        payloadBytes = length - dataAt;
        return true;
    }

    private int u8(long at) {
        return Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, at));
    }

    @Override
    public void next() {
        index++;
        if (headerBytes == 0) {
            return;
        }
        long at = segmentAt();
        boolean isLast = index == count - 1;
        int fragmentOffset = offset + index * step;
        if (isIpv4) {
            MemorySegment.copy(header, 0, buffer, at, headerBytes);
            Ipv4.totalLength(buffer, at, segmentLength());
            Ipv4.fragment(buffer, at, fragmentOffset, hasMore || !isLast);
            Ipv4.headerChecksum(buffer, at, 0);
            Ipv4.headerChecksum(buffer, at, Checksum.of(buffer, at, headerBytes));
        } else {
            int before = headerBytes - Ipv6Fragment.HEADER_BYTES;
            MemorySegment.copy(header, 0, buffer, at, before);
            Ipv6.payloadLength(buffer, at, segmentLength() - Ipv6.HEADER_BYTES);
            Ipv6Fragment.write(buffer, at + before, nextHeader, fragmentOffset, hasMore || !isLast, identification);
        }
    }

    @Override
    public long segmentAt() {
        return payloadAt + (long) index * step - headerBytes;
    }

    @Override
    public int segmentLength() {
        return headerBytes + (index == count - 1 ? payloadBytes - index * step : step);
    }

    @Override
    public int segmentBytes() {
        return headerBytes + Math.min(step, payloadBytes);
    }
}
