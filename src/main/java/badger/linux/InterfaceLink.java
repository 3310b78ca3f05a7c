package badger.linux;

import badger.bindings.linux.ifaddrmsg;
import badger.bindings.linux.ifinfomsg;
import badger.bindings.linux.linux_h;
import badger.bindings.linux.nlattr;
import badger.bindings.linux.nlmsghdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Sets properties of an interface that ioctl cannot set, by one message to the kernel for each (rtnetlink(7)). One
 * thread.
 */
public final class InterfaceLink {
    /** Linux knows it from 6.3 on, and ignores it before. The headers of Debian 12 do not name it yet. */
    private static final int IFLA_GSO_IPV4_MAX_SIZE = 63;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV6_ADDRESS_BYTES = 2 * Long.BYTES;

    /** From linux/if_link.h; as old as rtnetlink. */
    private static final int IFLA_TXQLEN = 13;

    private static final int MESSAGE_BYTES = 256;
    private static final int ANSWER_BYTES = 4_096;
    private static final long HEADER_BYTES = nlmsghdr.sizeof();

    private final Syscalls syscalls;
    private final MemorySegment message;
    private final MemorySegment answer;
    private long end;

    public InterfaceLink(Arena ownerArena, Syscalls syscalls) {
        this.syscalls = syscalls;
        message = ownerArena.allocate(MESSAGE_BYTES, Long.BYTES);
        answer = ownerArena.allocate(ANSWER_BYTES, Long.BYTES);
    }

    /**
     * Limits the super-packets that the kernel makes for an interface, for IPv6 and IPv4.
     *
     * @param bytes the limit; a TCP super-packet's payload stays about 320 bytes below it, which the kernel reserves
     *     for headers
     * @return 0 or {@code -errno}
     */
    public int limitSuperPackets(String name, int bytes) {
        begin(name);
        message.set(ValueLayout.JAVA_INT, attribute(linux_h.IFLA_GSO_MAX_SIZE(), Integer.BYTES), bytes);
        message.set(ValueLayout.JAVA_INT, attribute(IFLA_GSO_IPV4_MAX_SIZE, Integer.BYTES), bytes);
        return exchange(linux_h.RTM_NEWLINK(), 0);
    }

    /**
     * Sets how many packets may wait in an interface for its driver, or for the program that reads a TUN.
     *
     * @return 0 or {@code -errno}
     */
    public int queue(String name, int packets) {
        begin(name);
        message.set(ValueLayout.JAVA_INT, attribute(IFLA_TXQLEN, Integer.BYTES), packets);
        return exchange(linux_h.RTM_NEWLINK(), 0);
    }

    private void begin(String name) {
        message.fill((byte) 0);
        end = HEADER_BYTES + ifinfomsg.sizeof();
        byte[] nameBytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
        long nameAt = attribute(linux_h.IFLA_IFNAME(), nameBytes.length);
        MemorySegment.copy(nameBytes, 0, message, ValueLayout.JAVA_BYTE, nameAt, nameBytes.length);
    }

    /**
     * Gives an interface an IPv6 address that is usable at once: no other host can have it on a TUN, so the kernel need
     * not look for one (IFA_F_NODAD). The kernel adds the route of the address's subnet.
     *
     * @param index of the interface
     * @param high the address's first eight bytes, big endian
     * @param low its last eight bytes
     * @return 0 or {@code -errno}: {@code EACCES} if IPv6 is switched off for the interface, {@code EOPNOTSUPP} if the
     *     kernel has no IPv6
     */
    public int addIpv6Address(int index, long high, long low, int prefixLength) {
        message.fill((byte) 0);
        MemorySegment body = message.asSlice(HEADER_BYTES, ifaddrmsg.sizeof());
        ifaddrmsg.ifa_family(body, (byte) linux_h.AF_INET6());
        ifaddrmsg.ifa_prefixlen(body, (byte) prefixLength);
        ifaddrmsg.ifa_flags(body, (byte) linux_h.IFA_F_NODAD());
        ifaddrmsg.ifa_index(body, index);
        end = HEADER_BYTES + ifaddrmsg.sizeof();
        long addressAt = attribute(linux_h.IFA_LOCAL(), IPV6_ADDRESS_BYTES);
        message.set(U64, addressAt, high);
        message.set(U64, addressAt + Long.BYTES, low);
        return exchange(linux_h.RTM_NEWADDR(), linux_h.NLM_F_CREATE() | linux_h.NLM_F_EXCL());
    }

    /** Appends an attribute's header. @return the offset of its value */
    private long attribute(int type, int valueBytes) {
        MemorySegment header = message.asSlice(end, nlattr.sizeof());
        nlattr.nla_type(header, (short) type);
        nlattr.nla_len(header, (short) (nlattr.sizeof() + valueBytes));
        long valueAt = end + nlattr.sizeof();
        end = (valueAt + valueBytes + Integer.BYTES - 1) & -Integer.BYTES;
        return valueAt;
    }

    private int exchange(int type, int flags) {
        nlmsghdr.nlmsg_len(message, (int) end);
        nlmsghdr.nlmsg_type(message, (short) type);
        nlmsghdr.nlmsg_flags(message, (short) (linux_h.NLM_F_REQUEST() | linux_h.NLM_F_ACK() | flags));
        int kind = linux_h.SOCK_RAW() | linux_h.SOCK_CLOEXEC();
        int socket = syscalls.socket(linux_h.AF_NETLINK(), kind, linux_h.NETLINK_ROUTE());
        if (socket < 0) {
            return socket;
        }
        try {
            int result = syscalls.write(socket, message, 0, (int) end);
            // The kernel answers before write returns, so the read never waits (netlink_unicast_kernel, af_netlink.c).
            result = result < 0 ? result : syscalls.read(socket, answer, 0, ANSWER_BYTES);
            return result < 0 ? result : errorOf(answer);
        } finally {
            syscalls.close(socket);
        }
    }

    /** The error, negative, or 0 for success: it is the beginning of an nlmsgerr, which stands behind the header. */
    private static int errorOf(MemorySegment answer) {
        return nlmsghdr.nlmsg_type(answer) == linux_h.NLMSG_ERROR()
                ? answer.get(ValueLayout.JAVA_INT, HEADER_BYTES)
                : -Errno.EINVAL;
    }
}
