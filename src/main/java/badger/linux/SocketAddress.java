package badger.linux;

import badger.bindings.linux.linux_h;
import badger.bindings.linux.sockaddr;
import badger.bindings.linux.sockaddr_in;
import badger.bindings.linux.sockaddr_in6;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A sockaddr_in6 or sockaddr_in (ipv6(7), ip(7)) as numbers: the two halves of an IPv6 address, which is IPv4-mapped
 * for IPv4 (RFC 4291, 2.5.5.2), and a port. It is allocated once, then written and read without an object. One thread.
 */
public final class SocketAddress {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;
    private static final long MAPPED_MASK = 0xFFFF_FFFF_0000_0000L;

    static final int CAPACITY = (int) sockaddr_in6.sizeof();

    private final MemorySegment segment;

    /** An address without a family. A system call or {@link #set} must write it first. */
    public SocketAddress(Arena ownerArena) {
        segment = ownerArena.allocate(sockaddr_in6.layout());
    }

    /**
     * Writes an address for a socket of a family.
     *
     * @param isIpv6 whether the socket is AF_INET6, which takes both kinds, or AF_INET
     * @return false if an AF_INET socket cannot reach it, because it is no IPv4 address
     */
    public boolean set(boolean isIpv6, long high, long low, int port) {
        if (isIpv6) {
            sockaddr_in6.sin6_family(segment, (short) linux_h.AF_INET6());
            segment.set(U16, sockaddr_in6.sin6_port$offset(), (short) port);
            sockaddr_in6.sin6_flowinfo(segment, 0);
            segment.set(U64, sockaddr_in6.sin6_addr$offset(), high);
            segment.set(U64, sockaddr_in6.sin6_addr$offset() + Long.BYTES, low);
            sockaddr_in6.sin6_scope_id(segment, 0);
            return true;
        }
        boolean isAnyAddress = high == 0 && low == 0;
        if (!isAnyAddress && (high != 0 || (low & MAPPED_MASK) != MAPPED_PREFIX)) {
            return false;
        }
        sockaddr_in.sin_family(segment, (short) linux_h.AF_INET());
        segment.set(U16, sockaddr_in.sin_port$offset(), (short) port);
        segment.set(U32, sockaddr_in.sin_addr$offset(), (int) low);
        return true;
    }

    public long high() {
        return isIpv6() ? segment.get(U64, sockaddr_in6.sin6_addr$offset()) : 0;
    }

    public long low() {
        return isIpv6()
                ? segment.get(U64, sockaddr_in6.sin6_addr$offset() + Long.BYTES)
                : MAPPED_PREFIX | Integer.toUnsignedLong(segment.get(U32, sockaddr_in.sin_addr$offset()));
    }

    public int port() {
        long at = isIpv6() ? sockaddr_in6.sin6_port$offset() : sockaddr_in.sin_port$offset();
        return Short.toUnsignedInt(segment.get(U16, at));
    }

    MemorySegment segment() {
        return segment;
    }

    /** The length in bytes that the kernel expects for the family written. */
    int length() {
        return isIpv6() ? CAPACITY : (int) sockaddr_in.sizeof();
    }

    private boolean isIpv6() {
        return sockaddr.sa_family(segment) == linux_h.AF_INET6();
    }
}
