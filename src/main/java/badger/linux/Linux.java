package badger.linux;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The few combinations of flags and options with which Badger opens files and sockets. Each method returns what the call
 * returns or {@code -errno}.
 */
public final class Linux {
    public static final int TUN_CHECKSUM = linux_h.TUN_F_CSUM();
    public static final int TUN_TSO4 = linux_h.TUN_F_TSO4() | linux_h.TUN_F_TSO_ECN();
    public static final int TUN_TSO6 = linux_h.TUN_F_TSO6() | linux_h.TUN_F_TSO_ECN();

    /** TUN_F_USO4 and TUN_F_USO6, which go together: from Linux 6.2, whose headers Debian 12 does not have. */
    public static final int TUN_USO = 0x20 | 0x40;

    /** The level of IPv4's options (linux/in.h). */
    private static final int IPPROTO_IP = 0;

    /** IP_MTU_DISCOVER (linux/in.h), for a socket's IPv4 datagrams. */
    private static final int IP_MTU_DISCOVER = 10;

    /** IPV6_MTU_DISCOVER (linux/in6.h), for its IPv6 ones. */
    private static final int IPV6_MTU_DISCOVER = 23;

    /** IP_PMTUDISC_WANT and IPV6_PMTUDISC_WANT, the default: fragments where the kernel knows that the path needs it. */
    private static final int PMTUDISC_WANT = 1;

    /** IP_PMTUDISC_PROBE and IPV6_PMTUDISC_PROBE: no fragments, and what the kernel knows of the path is not asked. */
    private static final int PMTUDISC_PROBE = 3;

    private Linux() {}

    /** A new non-blocking UDP socket of AF_INET6 or AF_INET. */
    public static int openUdpSocket(Syscalls syscalls, boolean isIpv6) {
        int type = linux_h.SOCK_DGRAM() | linux_h.SOCK_NONBLOCK() | linux_h.SOCK_CLOEXEC();
        return syscalls.socket(isIpv6 ? linux_h.AF_INET6() : linux_h.AF_INET(), type, 0);
    }

    /** Lets an AF_INET6 socket take IPv4 as well, whatever net.ipv6.bindv6only says. */
    public static int takeBothFamilies(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.IPPROTO_IPV6(), linux_h.IPV6_V6ONLY(), 0);
    }

    public static int sharePort(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.SOL_SOCKET(), linux_h.SO_REUSEPORT(), 1);
    }

    /**
     * Asks for socket buffers of so many bytes, beyond the system's limit where the process may (CAP_NET_ADMIN). A
     * smaller buffer than asked for is no error.
     */
    public static int resizeBuffers(Syscalls syscalls, int socket, int bytes) {
        int level = linux_h.SOL_SOCKET();
        int receiving = setOption(syscalls, socket, level, linux_h.SO_RCVBUFFORCE(), bytes);
        int sending = setOption(syscalls, socket, level, linux_h.SO_SNDBUFFORCE(), bytes);
        if (receiving == -Errno.EPERM || sending == -Errno.EPERM) {
            receiving = setOption(syscalls, socket, level, linux_h.SO_RCVBUF(), bytes);
            sending = setOption(syscalls, socket, level, linux_h.SO_SNDBUF(), bytes);
        }
        return Math.min(receiving, sending);
    }

    /**
     * Whether the kernel can cut one send into datagrams (UDP_SEGMENT, Linux 4.18). One that cannot would send a single
     * datagram in fragments instead, so this must be asked first.
     */
    public static boolean canSegmentSends(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.SOL_UDP(), linux_h.UDP_SEGMENT(), 0) >= 0;
    }

    /** Lets the kernel join received datagrams of one flow and size (UDP_GRO, Linux 5.0). */
    public static int joinReceived(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.SOL_UDP(), linux_h.UDP_GRO(), 1);
    }

    /** Sends datagrams that are never fragmented, up to the MTU of the device; or as by default. */
    public static int keepWhole(Syscalls syscalls, int socket, boolean isIpv6, boolean isKeptWhole) {
        int value = isKeptWhole ? PMTUDISC_PROBE : PMTUDISC_WANT;
        // An AF_INET6 socket has both: what it sends to an IPv4-mapped address goes by the first.
        int result = setOption(syscalls, socket, IPPROTO_IP, IP_MTU_DISCOVER, value);
        return isIpv6 && result >= 0
                ? setOption(syscalls, socket, linux_h.IPPROTO_IPV6(), IPV6_MTU_DISCOVER, value)
                : result;
    }

    /**
     * TUNSETOFFLOAD: what a TUN device with {@link VirtioNetHeader}s may hand over unfinished.
     *
     * @param flags the sum of {@code TUN_} constants
     */
    public static int setTunOffloads(Syscalls syscalls, int tun, int flags) {
        return syscalls.ioctl(tun, linux_h.BADGER_TUNSETOFFLOAD(), MemorySegment.ofAddress(flags));
    }

    /** Reads a socket's own address into {@code result}. */
    public static int localAddress(Syscalls syscalls, int socket, SocketAddress result) {
        try (Arena callArena = Arena.ofConfined()) {
            MemorySegment length = callArena.allocateFrom(ValueLayout.JAVA_INT, SocketAddress.CAPACITY);
            return syscalls.getsockname(socket, result.segment(), length);
        }
    }

    /** Ends a blocking poll on a UDP socket of another thread, for good. */
    public static void wakeSocket(int socket) {
        try (Arena callArena = Arena.ofConfined()) {
            // An unconnected socket answers ENOTCONN, but wakes whoever polls it all the same (af_inet.c
            // inet_shutdown).
            int result = new Syscalls(callArena).shutdown(socket, linux_h.SHUT_RD());
            if (result != -Errno.ENOTCONN) {
                LinuxException.check("shutdown", result, "fd=" + socket);
            }
        }
    }

    /** Opens a device file for reading and writing, non-blocking. */
    public static int openDevice(Syscalls syscalls, String path) {
        try (Arena callArena = Arena.ofConfined()) {
            int flags = linux_h.O_RDWR() | linux_h.O_CLOEXEC() | linux_h.O_NONBLOCK();
            return syscalls.open(callArena.allocateFrom(path), flags);
        }
    }

    private static int setOption(Syscalls syscalls, int socket, int level, int option, int value) {
        try (Arena callArena = Arena.ofConfined()) {
            return syscalls.setsockopt(socket, level, option, callArena.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }
}
