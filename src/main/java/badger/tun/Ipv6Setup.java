package badger.tun;

import badger.linux.Errno;
import badger.linux.InterfaceLink;
import badger.linux.InterfaceRequest;
import badger.linux.LinuxException;
import badger.linux.Syscalls;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;

/** Gives a new device its IPv6 addresses, or says why this host cannot have them. Runs on the thread that opens it. */
final class Ipv6Setup {
    private Ipv6Setup() {}

    /**
     * Adds the addresses, and with them the routes of their subnets.
     *
     * @param request for the device, which is up
     * @param socket any AF_INET socket, for {@code request}
     * @throws TunException with one sentence, if the host has no IPv6 or none for this device
     */
    static void add(
            Arena callArena, Syscalls syscalls, InterfaceRequest request, int socket, List<Ipv6Prefix> addresses) {
        if (addresses.isEmpty()) {
            return;
        }
        String name = request.name();
        int index = LinuxException.check("ioctl", request.index(socket), "SIOCGIFINDEX, " + name);
        InterfaceLink link = new InterfaceLink(callArena, syscalls);
        for (Ipv6Prefix each : addresses) {
            Ipv6Address address = each.address();
            int result = link.addIpv6Address(index, address.high(), address.low(), each.length());
            if (result < 0) {
                throw new TunException(whyNot(name + " cannot have " + each, -result), false);
            }
        }
    }

    /** The address in the kernel's byte order, which is big endian. */
    static byte[] bytes(Ipv6Address address) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(address.high())
                .putLong(address.low())
                .array();
    }

    /** The errors of inet6_addr_add and rtnetlink_rcv_msg (net/ipv6/addrconf.c, net/core/rtnetlink.c) as a sentence. */
    private static String whyNot(String what, int errno) {
        if (errno == Errno.EACCES) {
            return "IPv6 is switched off for new devices of this host, so that " + what
                    + ": run sysctl -w net.ipv6.conf.default.disable_ipv6=0, or leave the IPv6 address out.";
        }
        if (errno == Errno.EOPNOTSUPP || errno == Errno.EAFNOSUPPORT) {
            return "This host's kernel has no IPv6, so that " + what + ": leave the IPv6 address out.";
        }
        return "The TUN device was made, but " + what + ": " + Errno.describe(errno) + ".";
    }
}
