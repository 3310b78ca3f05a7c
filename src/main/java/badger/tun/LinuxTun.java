package badger.tun;

import badger.linux.Descriptor;
import badger.linux.Errno;
import badger.linux.EventFd;
import badger.linux.InterfaceLink;
import badger.linux.InterfaceRequest;
import badger.linux.Linux;
import badger.linux.LinuxException;
import badger.linux.RouteTable;
import badger.linux.Syscalls;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A TUN device of the kernel (Documentation/networking/tuntap.rst): IP packets and, if asked for and possible,
 * super-packets. It is not persistent: it vanishes with its descriptors, however the process ends.
 */
public final class LinuxTun implements Tun {
    private static final String DEVICE = "/dev/net/tun";
    private static final int MIN_MTU = 68;

    /** RFC 8200, section 5. The kernel takes IPv6 off a device with a smaller MTU. */
    private static final int MIN_IPV6_MTU = 1_280;

    private static final int MAX_MTU = 65535;

    /** The most that the kernel keeps free in a TCP super-packet for headers (MAX_TCP_HEADER in net/tcp.h). */
    private static final int HEADER_RESERVE_BYTES = 320;

    /** The kernel's limit (GSO_LEGACY_MAX_SIZE), which no TUN exceeds. */
    private static final int LARGEST_SUPER_PACKET = 65_536;

    /**
     * The most packets that wait to be read. The kernel's default of 500 is less than a flood brings while other
     * programs have the processor for a few milliseconds, and then the kernel drops packets of all flows.
     */
    private static final int QUEUE_PACKETS = 2_000;

    private final String name;
    private final int mtu;
    private final boolean hasHeaders;
    private final EventFd closing = EventFd.open();
    private final List<Descriptor> queues = new ArrayList<>();
    private TunOffloads offloads = TunOffloads.NONE;

    private LinuxTun(String name, int mtu, boolean hasHeaders) {
        this.name = name;
        this.mtu = mtu;
        this.hasHeaders = hasHeaders;
    }

    /** As {@link #open(String, NodeAddresses, int, TunOffloads, int)}, with one queue, without offloads and IPv6. */
    public static LinuxTun open(String name, Ipv4Prefix address, int mtu) {
        return open(name, address, mtu, TunOffloads.NONE);
    }

    /** As {@link #open(String, NodeAddresses, int, TunOffloads, int)}, without IPv6 and with one queue. */
    public static LinuxTun open(String name, Ipv4Prefix address, int mtu, TunOffloads wanted) {
        return open(name, NodeAddresses.of(address), mtu, wanted);
    }

    /** As {@link #open(String, NodeAddresses, int, TunOffloads, int)}, with one queue. */
    public static LinuxTun open(String name, NodeAddresses addresses, int mtu, TunOffloads wanted) {
        return open(name, addresses, mtu, wanted, 1);
    }

    /**
     * Makes the device, gives it its addresses and MTU and brings it up, which adds the routes of the addresses'
     * subnets and no others.
     *
     * @param mtu the longest IP packet, in bytes
     * @param wanted what to ask the kernel for; {@link #offloads} lacks what the kernel or a trial refuses
     * @param queueCount the number of queues, more than one if several threads read
     * @throws TunException if that cannot be done; no device is left behind
     */
    public static LinuxTun open(String name, NodeAddresses addresses, int mtu, TunOffloads wanted, int queueCount) {
        checkArguments(name, mtu, addresses.ipv6().isEmpty() ? MIN_MTU : MIN_IPV6_MTU);
        try (Arena callArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(callArena);
            InterfaceRequest request = new InterfaceRequest(callArena, syscalls, name);
            LinuxTun tun = new LinuxTun(name, mtu, wanted.isAny());
            try {
                for (int i = 0; i < queueCount; i++) {
                    tun.addQueue(syscalls, request, i, queueCount);
                }
                tun.configure(callArena, syscalls, addresses);
                tun.offloads =
                        negotiate(callArena, syscalls, tun.queues.getFirst().fd(), wanted);
            } catch (RuntimeException e) {
                tun.close();
                throw e;
            }
            return tun;
        }
    }

    private void addQueue(Syscalls syscalls, InterfaceRequest request, int queue, int queueCount) {
        int fd = Linux.openDevice(syscalls, DEVICE);
        if (fd < 0) {
            throw openFailure(-fd);
        }
        int created = request.createTun(fd, hasHeaders, queue, queueCount);
        if (created < 0) {
            syscalls.close(fd);
            throw createFailure(name, -created);
        }
        queues.add(new Descriptor(fd, ignored -> closing.signal()));
    }

    /**
     * Asks the kernel to make no larger super-packets than these, so that each can be one send of UDP.
     *
     * @param maximumSuperPacketBytes IP and TCP header and payload
     * @return whether the kernel did; if not, super-packets have up to 65,535 bytes, as they always may where packets
     *     are forwarded into the device
     */
    public boolean limitSuperPackets(int maximumSuperPacketBytes) {
        try (Arena callArena = Arena.ofConfined()) {
            InterfaceLink link = new InterfaceLink(callArena, new Syscalls(callArena));
            int bytes = Math.min(LARGEST_SUPER_PACKET, maximumSuperPacketBytes + HEADER_RESERVE_BYTES);
            return link.limitSuperPackets(name, bytes) == 0;
        }
    }

    /**
     * A route that shares addresses with {@code prefix}, such as {@code 192.168.0.0/16 on eth0}. Ask before opening.
     */
    public static Optional<String> overlappingRoute(Ipv4Prefix prefix) {
        return RouteTable.overlapping(prefix.network(), prefix.length());
    }

    /** As {@link #overlappingRoute(Ipv4Prefix)}, such as {@code fd00:0:0:0:0:0:0:0/64 on eth0}. */
    public static Optional<String> overlappingRoute(Ipv6Prefix prefix) {
        return RouteTable.overlappingIpv6(Ipv6Setup.bytes(prefix.network()), prefix.length());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public TunOffloads offloads() {
        return offloads;
    }

    @Override
    public int queues() {
        return queues.size();
    }

    @Override
    public TunReader reader(Arena ownerArena, int queue) {
        return new LinuxTunReader(ownerArena, queues.get(queue), closing, hasHeaders);
    }

    @Override
    public TunWriter writer(Arena ownerArena, int queue) {
        return new LinuxTunWriter(ownerArena, queues.get(queue), hasHeaders);
    }

    @Override
    public void close() {
        queues.forEach(Descriptor::close);
        closing.close();
    }

    private void configure(Arena callArena, Syscalls syscalls, NodeAddresses addresses) {
        Ipv4Prefix address = addresses.ipv4();
        // An interface ioctl may use any socket of its address family (netdevice(7)).
        int socket = LinuxException.check("socket", Linux.openUdpSocket(syscalls, false), "AF_INET");
        try {
            InterfaceRequest request = new InterfaceRequest(callArena, syscalls, name);
            check("its MTU to " + mtu, request.mtu(socket, mtu));
            check("its address to " + address.addressText(), request.address(socket, address.address()));
            check("its prefix to /" + address.length(), request.netmask(socket, address.mask()));
            // Best effort: a shorter queue loses only bursts.
            new InterfaceLink(callArena, syscalls).queue(name, QUEUE_PACKETS);
            check("it up", request.bringUp(socket));
            Ipv6Setup.add(callArena, syscalls, request, socket, addresses.ipv6());
        } finally {
            syscalls.close(socket);
        }
    }

    /** The most of {@code wanted} that the kernel grants and that passes its trial. The device must be up. */
    private static TunOffloads negotiate(Arena callArena, Syscalls syscalls, int fd, TunOffloads wanted) {
        // Super-packets always come without checksum.
        boolean wantsTcp = wanted.tso4() || wanted.tso6();
        TunOffloads asked = new TunOffloads(wanted.isAny(), wanted.tso4(), wanted.tso6(), wanted.uso());
        if (asked.uso() && !grant(syscalls, fd, asked)) {
            asked = new TunOffloads(true, wanted.tso4(), wanted.tso6(), false);
        }
        if (!grant(syscalls, fd, asked)) {
            asked = new TunOffloads(wanted.isAny(), false, false, false);
            if (!wantsTcp || !grant(syscalls, fd, asked)) {
                return TunOffloads.NONE;
            }
        }
        SuperPacketProbe probe = new SuperPacketProbe(callArena, syscalls, fd);
        TunOffloads proven = new TunOffloads(
                asked.checksum(),
                asked.tso4() && probe.takesTcp4(),
                asked.tso6() && probe.takesTcp6(),
                asked.uso() && probe.takesUdp());
        return proven.equals(asked) || grant(syscalls, fd, proven) ? proven : TunOffloads.NONE;
    }

    private static boolean grant(Syscalls syscalls, int fd, TunOffloads offloads) {
        int flags = (offloads.checksum() ? Linux.TUN_CHECKSUM : 0)
                | (offloads.tso4() ? Linux.TUN_TSO4 : 0)
                | (offloads.tso6() ? Linux.TUN_TSO6 : 0)
                | (offloads.uso() ? Linux.TUN_USO : 0);
        return Linux.setTunOffloads(syscalls, fd, flags) >= 0;
    }

    private void check(String what, int result) {
        if (result == -Errno.EPERM) {
            throw noPrivilege("set up the TUN device " + name);
        }
        if (result < 0) {
            throw new TunException(
                    "The TUN device " + name + " was made, but setting " + what + " failed: " + Errno.describe(-result)
                            + ".",
                    false);
        }
    }

    private static void checkArguments(String name, int mtu, int smallestMtu) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        // The kernel's dev_valid_name refuses these, and would replace '%' by a number.
        boolean isValid = bytes > 0
                && bytes <= InterfaceRequest.MAX_NAME_BYTES
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c <= ' ' || c == '/' || c == ':' || c == '%' || c == 0x7F);
        if (!isValid) {
            throw new TunException(
                    "\"" + name + "\" cannot name a network device: use 1 to " + InterfaceRequest.MAX_NAME_BYTES
                            + " letters and digits.",
                    false);
        }
        if (mtu < smallestMtu || mtu > MAX_MTU) {
            throw new TunException(
                    "The MTU must be from " + smallestMtu + " to " + MAX_MTU + ", not " + mtu + ".", false);
        }
    }

    private static TunException openFailure(int errno) {
        if (errno == Errno.ENOENT || errno == Errno.ENODEV || errno == Errno.ENXIO) {
            return new TunException(
                    DEVICE + " is missing: load the kernel's tun module (modprobe tun),"
                            + " or give the container that device.",
                    true);
        }
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            return noPrivilege("open " + DEVICE);
        }
        return new TunException("Opening " + DEVICE + " failed: " + Errno.describe(errno) + ".", false);
    }

    private static TunException createFailure(String name, int errno) {
        if (errno == Errno.EPERM) {
            return noPrivilege("make the TUN device " + name);
        }
        if (errno == Errno.EBUSY) {
            return new TunException(
                    "The network device " + name + " is in use by another program: choose another name.", false);
        }
        if (errno == Errno.EINVAL) {
            return new TunException(
                    "There is a network device " + name
                            + " already, and it is no TUN, or one with another number of queues:"
                            + " choose another name.",
                    false);
        }
        return new TunException("Making the TUN device " + name + " failed: " + Errno.describe(errno) + ".", false);
    }

    private static TunException noPrivilege(String what) {
        return new TunException("No permission to " + what + ": run as root or give CAP_NET_ADMIN.", true);
    }
}
