package badger.tun;

import badger.linux.Syscalls;
import badger.linux.VirtioNetHeader;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Finds out whether a TUN takes super-packets, by writing one of two segments. Some long-term kernels of 2024 answer
 * EINVAL to all super-packets (Linux commit 89add40066f9 fixed that). The kernel drops the packets before any program
 * sees them: their time to live is 0, and an IPv4 header checksum of 0 is wrong; those over IPv6 come from a multicast
 * address, which RFC 4291, section 2.7, forbids.
 */
final class SuperPacketProbe {
    private static final int SEGMENT_BYTES = 500;
    private static final int IPV6_VERSION_BYTE = 0x60;
    private static final int IPV4_VERSION_BYTE = 0x45;
    private static final int TCP_DATA_OFFSET_AT = 12;
    private static final int TCP_DATA_OFFSET_BYTE = 5 << 4;
    private static final int TCP_FLAGS_AT = 13;
    private static final int ACK = 0x10;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Syscalls syscalls;
    private final int tun;
    private final MemorySegment buffer;

    /** @param tun the descriptor of a device that is up and has virtio headers */
    SuperPacketProbe(Arena callArena, Syscalls syscalls, int tun) {
        this.syscalls = syscalls;
        this.tun = tun;
        buffer = callArena.allocate(
                VirtioNetHeader.BYTES + Ipv6.HEADER_BYTES + Tcp.MINIMUM_HEADER_BYTES + 2 * SEGMENT_BYTES);
    }

    boolean takesTcp4() {
        return takes(VirtioNetHeader.GSO_TCPV4, ipv4(Tcp.PROTOCOL), Tcp.MINIMUM_HEADER_BYTES, Tcp.CHECKSUM_OFFSET);
    }

    boolean takesTcp6() {
        return takes(VirtioNetHeader.GSO_TCPV6, ipv6(Tcp.PROTOCOL), Tcp.MINIMUM_HEADER_BYTES, Tcp.CHECKSUM_OFFSET);
    }

    boolean takesUdp() {
        return takes(VirtioNetHeader.GSO_UDP_L4, ipv4(Udp.PROTOCOL), Udp.HEADER_BYTES, Udp.CHECKSUM_OFFSET)
                && takes(VirtioNetHeader.GSO_UDP_L4, ipv6(Udp.PROTOCOL), Udp.HEADER_BYTES, Udp.CHECKSUM_OFFSET);
    }

    private boolean takes(int gsoType, int ipBytes, int transportBytes, int checksumOffset) {
        int headers = ipBytes + transportBytes;
        int length = headers + 2 * SEGMENT_BYTES;
        long packetAt = VirtioNetHeader.BYTES;
        VirtioNetHeader.put(
                buffer, 0, VirtioNetHeader.NEEDS_CSUM, gsoType, headers, SEGMENT_BYTES, ipBytes, checksumOffset);
        if (ipBytes == Ipv6.HEADER_BYTES) {
            buffer.set(U16, packetAt + 4, (short) (length - ipBytes));
        } else {
            buffer.set(U16, packetAt + 2, (short) length);
        }
        long transportAt = packetAt + ipBytes;
        if (transportBytes == Tcp.MINIMUM_HEADER_BYTES) {
            buffer.set(ValueLayout.JAVA_BYTE, transportAt + TCP_DATA_OFFSET_AT, (byte) TCP_DATA_OFFSET_BYTE);
            buffer.set(ValueLayout.JAVA_BYTE, transportAt + TCP_FLAGS_AT, (byte) ACK);
        } else {
            buffer.set(U16, transportAt + 4, (short) (length - ipBytes));
        }
        return syscalls.write(tun, buffer, 0, VirtioNetHeader.BYTES + length) >= 0;
    }

    /** Writes a header from 0.0.0.0 to 0.0.0.0. @return its length */
    private int ipv4(int protocol) {
        buffer.fill((byte) 0);
        buffer.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES, (byte) IPV4_VERSION_BYTE);
        buffer.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES + 9, (byte) protocol);
        return Ipv4.MINIMUM_HEADER_BYTES;
    }

    /** Writes a header from ff02:: to ::. @return its length */
    private int ipv6(int protocol) {
        buffer.fill((byte) 0);
        buffer.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES, (byte) IPV6_VERSION_BYTE);
        buffer.set(ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES + 6, (byte) protocol);
        buffer.set(U16, VirtioNetHeader.BYTES + 8, (short) 0xFF02);
        return Ipv6.HEADER_BYTES;
    }
}
