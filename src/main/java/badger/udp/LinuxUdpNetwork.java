package badger.udp;

import badger.linux.Descriptor;
import badger.linux.Errno;
import badger.linux.EventFd;
import badger.linux.Linux;
import badger.linux.LinuxException;
import badger.linux.NetworkChanges;
import badger.linux.SocketAddress;
import badger.linux.Syscalls;
import java.lang.foreign.Arena;

/**
 * UDP by the kernel. Sockets are AF_INET6 and take IPv4 too. If the kernel has no IPv6, they are AF_INET. Any thread
 * may open sockets.
 */
public final class LinuxUdpNetwork implements UdpNetwork {
    /** Holds about 20 ms of a 1 Gbit/s stream. The kernel adds its own overhead. */
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private static final System.Logger LOG = System.getLogger(LinuxUdpNetwork.class.getName());

    private final boolean isIpv6;
    private final UdpOffloads offloads;
    private final Poller poller = new Poller();
    private NetworkChanges changes;

    /** A network that uses all that the kernel can do. */
    public LinuxUdpNetwork() {
        this(UdpOffloads.ALL);
    }

    /** @param wanted which of the kernel's abilities to use */
    public LinuxUdpNetwork(UdpOffloads wanted) {
        this(hasIpv6(), wanted);
    }

    LinuxUdpNetwork(boolean isIpv6, UdpOffloads wanted) {
        this.isIpv6 = isIpv6;
        offloads = available(isIpv6, wanted);
    }

    /** Those wanted offloads that the kernel has. A path may still refuse to segment, which its sender finds out. */
    public UdpOffloads offloads() {
        return offloads;
    }

    @Override
    public UdpSocket bind(int port) {
        // SO_REUSEPORT comes after the bind and not before it. So the kernel refuses a port that another program holds,
        // even if that program shares its ports, and the connected sockets can still join this one.
        return open(port, (syscalls, address, fd) -> {
            bindTo(syscalls, address, fd, port);
            LinuxException.check("setsockopt", Linux.sharePort(syscalls, fd), "SO_REUSEPORT");
        });
    }

    @Override
    public UdpSocket connect(int localPort, Endpoint peer) {
        return open(localPort, (syscalls, address, fd) -> {
            LinuxException.check("setsockopt", Linux.sharePort(syscalls, fd), "SO_REUSEPORT");
            bindTo(syscalls, address, fd, localPort);
            if (!address.set(isIpv6, peer.high(), peer.low(), peer.port())) {
                throw new UdpException("This host has no IPv6, so " + peer + " cannot be reached.");
            }
            int result = syscalls.connect(fd, address);
            if (result < 0) {
                throw new UdpException("No way to send to " + peer + ": " + Errno.describe(-result) + ".");
            }
            if (offloads.gro()) {
                // Never on the unconnected socket, where datagrams are rare, come from anywhere and are read one by
                // one. The kernel joins datagrams of one source only, also those that other sources sent before the
                // connect.
                LinuxException.check("setsockopt", Linux.joinReceived(syscalls, fd), "UDP_GRO");
            }
        });
    }

    @Override
    public synchronized void onChange(Runnable changed) {
        try {
            NetworkChanges opened = NetworkChanges.open();
            changes = opened;
            Thread.ofPlatform().name("badger-network-changes").daemon().start(() -> tell(opened, changed));
        } catch (LinuxException refused) {
            // Silence and the next heartbeat also show a change, only later.
            LOG.log(System.Logger.Level.WARNING, "changes of the network are seen late: {0}", refused.getMessage());
        }
    }

    private static void tell(NetworkChanges changes, Runnable changed) {
        try {
            while (changes.await()) {
                changed.run();
            }
        } finally {
            changes.free();
        }
    }

    /** Ends the network's threads. Sockets that are still open can be read and written, but not armed. */
    @Override
    public synchronized void close() {
        if (changes != null) {
            changes.close();
            changes = null;
        }
        poller.close();
    }

    private UdpSocket open(int port, Setup setup) {
        try (Arena callArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(callArena);
            int fd = Linux.openUdpSocket(syscalls, isIpv6);
            if (fd < 0) {
                throw new UdpException("A UDP socket could not be opened: " + Errno.describe(-fd) + ".");
            }
            try {
                if (isIpv6) {
                    LinuxException.check("setsockopt", Linux.takeBothFamilies(syscalls, fd), "IPV6_V6ONLY");
                }
                LinuxException.check(
                        "setsockopt", Linux.resizeBuffers(syscalls, fd, SOCKET_BUFFER_BYTES), "SO_RCVBUF, SO_SNDBUF");
                SocketAddress address = new SocketAddress(callArena);
                setup.apply(syscalls, address, fd);
                LinuxException.check("getsockname", Linux.localAddress(syscalls, fd, address), "port=" + port);
                return new LinuxUdpSocket(
                        new Descriptor(fd, Linux::wakeSocket),
                        openInterruption(),
                        isIpv6,
                        offloads,
                        new Endpoint(address.high(), address.low(), address.port()),
                        poller);
            } catch (RuntimeException e) {
                syscalls.close(fd);
                throw e;
            }
        }
    }

    /** Opened with the socket, so that no wait of an established session can fail for lack of descriptors. */
    private static EventFd openInterruption() {
        try {
            return EventFd.open();
        } catch (LinuxException noDescriptor) {
            throw new UdpException("A UDP socket could not be prepared: " + noDescriptor.getMessage() + ".");
        }
    }

    private void bindTo(Syscalls syscalls, SocketAddress address, int fd, int port) {
        address.set(isIpv6, 0, 0, port);
        int result = syscalls.bind(fd, address);
        if (result == -Errno.EADDRINUSE) {
            throw new UdpException(
                    "UDP port " + port + " is in use: stop the program that holds it, or choose another port.");
        }
        if (result == -Errno.EACCES) {
            throw new UdpException("UDP port " + port + " needs privileges: run as root, or choose one from 1024.");
        }
        LinuxException.check("bind", result, "port=" + port);
    }

    private static UdpOffloads available(boolean isIpv6, UdpOffloads wanted) {
        try (Arena callArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(callArena);
            int fd = Linux.openUdpSocket(syscalls, isIpv6);
            if (fd < 0) {
                // Opening the first socket will say why.
                return UdpOffloads.NONE;
            }
            UdpOffloads available = new UdpOffloads(
                    wanted.gso() && Linux.canSegmentSends(syscalls, fd),
                    wanted.gro() && Linux.joinReceived(syscalls, fd) >= 0,
                    wanted.oddTail());
            syscalls.close(fd);
            return available;
        }
    }

    private static boolean hasIpv6() {
        try (Arena callArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(callArena);
            int fd = Linux.openUdpSocket(syscalls, true);
            if (fd < 0) {
                return false;
            }
            syscalls.close(fd);
            return true;
        }
    }

    private interface Setup {
        void apply(Syscalls syscalls, SocketAddress address, int fd);
    }
}
