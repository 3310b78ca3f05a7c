package badger.wire;

import static badger.wire.WireTypes.U16;
import static badger.wire.WireTypes.U32;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.bytes;
import static badger.wire.WireTypes.offsetOf;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The answer to a packet that is longer than the next link takes: ICMP “fragmentation needed” (RFC 792, RFC 1191) or
 * ICMPv6 “packet too big” (RFC 4443, section 3.2), as a whole IP packet to the sender. Its source is the destination of
 * the packet that it answers: no router with an address of its own is in between, and the sender's kernel routes that
 * destination to this device, which its filter against forged sources demands.
 *
 * <pre>
 * IP header | type (1) | code (1) | checksum (2) | next MTU (4), over IPv4 in the lower half | beginning of the packet
 * </pre>
 */
public final class PacketTooBig {
    private static final StructLayout IPV4 = MemoryLayout.structLayout(
            bytes(Ipv4.MINIMUM_HEADER_BYTES, "header"),
            U8.withName("type"),
            U8.withName("code"),
            U16.withName("checksum"),
            U32.withName("mtu"));
    private static final StructLayout IPV6 = MemoryLayout.structLayout(
            bytes(Ipv6.HEADER_BYTES, "header"),
            U8.withName("type"),
            U8.withName("code"),
            U16.withName("checksum"),
            U32.withName("mtu"));

    /** The ICMP code: fragmentation needed and DF set. */
    public static final int FRAGMENTATION_NEEDED = 4;

    public static final int ICMPV6_PROTOCOL = 58;
    public static final int ICMPV6_PACKET_TOO_BIG = 2;

    /** The longest answer over IPv4 (RFC 1812, section 4.3.2.3). Over IPv6 it may be longer (RFC 4443). */
    private static final int MOST_IPV4_BYTES = 576;

    /** The longest answer, which is one over IPv6. */
    public static final int MOST_BYTES = 1_280;

    private static final int HOPS = 64;

    private PacketTooBig() {}

    /**
     * Writes the answer to the packet at {@code [at, at + length)}, which is whole IPv4 or IPv6.
     *
     * @param mtu the largest packet that would have passed, in bytes
     * @return the answer's length, at most {@link #MOST_BYTES}; 0 if there must be none (RFC 1122, section 3.2.2)
     */
    public static int write(MemorySegment into, long intoAt, MemorySegment packet, long at, int length, int mtu) {
        return Ipv4.version(packet, at) == Ipv4.VERSION
                ? writeIpv4(into, intoAt, packet, at, length, mtu)
                : writeIpv6(into, intoAt, packet, at, length, mtu);
    }

    private static int writeIpv4(MemorySegment into, long intoAt, MemorySegment packet, long at, int length, int mtu) {
        if (Ipv4.fragmentOffset(packet, at) != 0) {
            return 0;
        }
        int headersBytes = (int) IPV4.byteSize();
        int quoted = Math.min(length, MOST_IPV4_BYTES - headersBytes);
        int total = headersBytes + quoted;
        int from = Ipv4.destination(packet, at);
        int to = Ipv4.source(packet, at);
        Ipv4.write(into, intoAt, total, Icmp.PROTOCOL, from, to, HOPS);
        long icmpAt = intoAt + Ipv4.MINIMUM_HEADER_BYTES;
        put(into, intoAt, IPV4, Icmp.DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED, mtu);
        MemorySegment.copy(packet, at, into, intoAt + headersBytes, quoted);
        int checksum = Checksum.of(into, icmpAt, total - Ipv4.MINIMUM_HEADER_BYTES);
        into.set(U16, intoAt + offsetOf(IPV4, "checksum"), (short) checksum);
        return total;
    }

    private static int writeIpv6(MemorySegment into, long intoAt, MemorySegment packet, long at, int length, int mtu) {
        int headersBytes = (int) IPV6.byteSize();
        int quoted = Math.min(length, MOST_BYTES - headersBytes);
        int icmpBytes = headersBytes - Ipv6.HEADER_BYTES + quoted;
        Ipv6.write(into, intoAt, icmpBytes, ICMPV6_PROTOCOL, HOPS);
        Ipv6.answerTo(packet, at, into, intoAt);
        put(into, intoAt, IPV6, ICMPV6_PACKET_TOO_BIG, 0, mtu);
        MemorySegment.copy(packet, at, into, intoAt + headersBytes, quoted);
        long sum = Checksum.ipv6PseudoHeader(into, intoAt, ICMPV6_PROTOCOL, icmpBytes)
                + Checksum.sum(into, intoAt + Ipv6.HEADER_BYTES, icmpBytes);
        into.set(U16, intoAt + offsetOf(IPV6, "checksum"), (short) Checksum.finish(sum));
        return headersBytes + quoted;
    }

    private static void put(MemorySegment into, long at, StructLayout layout, int type, int code, int mtu) {
        into.set(U8, at + offsetOf(layout, "type"), (byte) type);
        into.set(U8, at + offsetOf(layout, "code"), (byte) code);
        into.set(U16, at + offsetOf(layout, "checksum"), (short) 0);
        into.set(U32, at + offsetOf(layout, "mtu"), mtu);
    }
}
