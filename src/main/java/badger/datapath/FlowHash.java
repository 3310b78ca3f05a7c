package badger.datapath;

import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Chooses the queue of the TUN that a packet is written to. The kernel then gives this host's answers in the flow to
 * the reader of the same queue (drivers/net/tun.c, tun_flow_update). So the packets of one flow stay in order, and
 * several threads seal those of one peer's many flows.
 */
final class FlowHash {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;

    /** 2^32 divided by the golden ratio: spreads neighbouring ports over the upper bits. */
    static final int GOLDEN = 0x9E37_79B1;

    private FlowHash() {}

    /** @param length of the packet, which is whole IPv4 or IPv6 */
    static int of(MemorySegment buffer, long packetAt, int length, int queues) {
        if (queues == 1) {
            return 0;
        }
        long spread = Integer.toUnsignedLong(ports(buffer, packetAt, length) * GOLDEN);
        return (int) ((spread * queues) >>> Integer.SIZE);
    }

    static int protocol(MemorySegment buffer, long packetAt) {
        boolean isIpv4 = Ipv4.version(buffer, packetAt) == Ipv4.VERSION;
        return isIpv4 ? Ipv4.protocol(buffer, packetAt) : Ipv6.nextHeader(buffer, packetAt);
    }

    /**
     * Both ports, or 0 where none are visible: all fragments and other protocols of a peer share a queue.
     *
     * <p>There is no branch for a packet without ports. The compiler leaves out branches that were never taken, so the
     * first ping beside a stream would throw away the compiled code of the loops just when they have most to do.
     *
     * @param length of the packet, which is whole IPv4 or IPv6
     */
    static int ports(MemorySegment buffer, long packetAt, int length) {
        boolean isIpv4 = Ipv4.version(buffer, packetAt) == Ipv4.VERSION;
        int protocol = protocol(buffer, packetAt);
        int headerBytes = isIpv4 ? Ipv4.headerBytes(buffer, packetAt) : Ipv6.HEADER_BYTES;
        int fragment = isIpv4 ? Ipv4.fragmentBits(buffer, packetAt) : 0;
        int last = length - Integer.BYTES;
        // No term is negative, and all are 0 exactly if there are ports. Without ports the end of the packet is read
        // and masked away.
        int obstacles =
                (protocol ^ Tcp.PROTOCOL) * (protocol ^ Udp.PROTOCOL) | fragment | Math.max(0, headerBytes - last);
        int mask = (obstacles - 1) >> (Integer.SIZE - 1);
        return buffer.get(U32, packetAt + Math.min(headerBytes, last)) & mask;
    }
}
