package badger.linux;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The few combinations of flags and options with which Badger opens files and sockets. Static; any thread may call.
 * Each method returns the call's result or {@code -errno}, if its comment does not say otherwise.
 */
public final class Linux {
    public static final int TUN_CHECKSUM = linux_h.TUN_F_CSUM();
    public static final int TUN_TSO4 = linux_h.TUN_F_TSO4() | linux_h.TUN_F_TSO_ECN();
    public static final int TUN_TSO6 = linux_h.TUN_F_TSO6() | linux_h.TUN_F_TSO_ECN();

    /** TUN_F_USO4 and TUN_F_USO6, always together. They came with Linux 6.2; the headers of Debian 12 lack them. */
    public static final int TUN_USO = 0x20 | 0x40;

    /** The level of IPv4's options (linux/in.h). */
    private static final int IPPROTO_IP = 0;

    /** IP_MTU_DISCOVER (linux/in.h), for the IPv4 datagrams of a socket. */
    private static final int IP_MTU_DISCOVER = 10;

    /** IPV6_MTU_DISCOVER (linux/in6.h), for the IPv6 datagrams of a socket. */
    private static final int IPV6_MTU_DISCOVER = 23;

    /**
     * IP_PMTUDISC_WANT and IPV6_PMTUDISC_WANT, the default: the kernel fragments if it knows that the path needs it.
     */
    private static final int PMTUDISC_WANT = 1;

    /** IP_PMTUDISC_PROBE and IPV6_PMTUDISC_PROBE: no fragments, whatever the kernel knows of the path. */
    private static final int PMTUDISC_PROBE = 3;

    private Linux() {}

    /** Opens a non-blocking UDP socket of AF_INET6 or AF_INET. */
    public static int openUdpSocket(Syscalls syscalls, boolean isIpv6) {
        int type = linux_h.SOCK_DGRAM() | linux_h.SOCK_NONBLOCK() | linux_h.SOCK_CLOEXEC();
        return syscalls.socket(isIpv6 ? linux_h.AF_INET6() : linux_h.AF_INET(), type, 0);
    }

    /** Makes an AF_INET6 socket take IPv4 too, whatever net.ipv6.bindv6only says. */
    public static int takeBothFamilies(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.IPPROTO_IPV6(), linux_h.IPV6_V6ONLY(), 0);
    }

    public static int sharePort(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.SOL_SOCKET(), linux_h.SO_REUSEPORT(), 1);
    }

    /**
     * Asks for socket buffers of {@code bytes} each, beyond the system's limit if the process may (CAP_NET_ADMIN). A
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
     * Whether the kernel can cut one send into datagrams (UDP_SEGMENT, Linux 4.18). A kernel that cannot would send one
     * datagram in fragments instead, so callers must ask this first.
     */
    public static boolean canSegmentSends(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.SOL_UDP(), linux_h.UDP_SEGMENT(), 0) >= 0;
    }

    /** Lets the kernel join received datagrams of one flow and size (UDP_GRO, Linux 5.0). */
    public static int joinReceived(Syscalls syscalls, int socket) {
        return setOption(syscalls, socket, linux_h.SOL_UDP(), linux_h.UDP_GRO(), 1);
    }

    /**
     * Makes a socket send datagrams that are never fragmented, up to the MTU of the device; or makes it send as by
     * default.
     */
    public static int keepWhole(Syscalls syscalls, int socket, boolean isIpv6, boolean isKeptWhole) {
        int value = isKeptWhole ? PMTUDISC_PROBE : PMTUDISC_WANT;
        // An AF_INET6 socket has both options: the first one is for what it sends to IPv4-mapped addresses.
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

    /** Ends a blocking poll of another thread on a UDP socket, and all later ones. */
    public static void wakeSocket(int socket) {
        try (Arena callArena = Arena.ofConfined()) {
            // An unconnected socket answers ENOTCONN, but still wakes threads that poll it (inet_shutdown, af_inet.c).
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
