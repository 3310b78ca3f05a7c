package badger.linux;

import badger.bindings.linux.ifreq;
import badger.bindings.linux.linux_h;
import badger.bindings.linux.sockaddr_in;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An ifreq (netdevice(7)): requests about one interface by ioctl. Each method makes one call and returns its result or
 * {@code -errno}. One thread.
 */
public final class InterfaceRequest {
    /** The longest name of an interface, in bytes. The last byte of the field is zero. */
    public static final int MAX_NAME_BYTES = linux_h.IFNAMSIZ() - 1;

    /** Several descriptors for one device (Linux 3.8). The bindings do not name it. */
    private static final int IFF_MULTI_QUEUE = 0x0100;

    /** Refuses a device that exists already, since another program may hold it (Linux 3.8, IFF_TUN_EXCL). */
    private static final int IFF_TUN_EXCL = 0x8000;

    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Syscalls syscalls;
    private final MemorySegment request;
    private final MemorySegment value;

    /** @param name at most {@link #MAX_NAME_BYTES} long */
    public InterfaceRequest(Arena ownerArena, Syscalls syscalls, String name) {
        this.syscalls = syscalls;
        request = ownerArena.allocate(ifreq.layout());
        value = ifreq.ifr_ifru(request);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("interface name too long: " + name);
        }
        nameField().copyFrom(MemorySegment.ofArray(bytes));
    }

    /** The name. If it was a pattern such as {@code badger%d}, TUNSETIFF has filled it in. */
    public String name() {
        return nameField().getString(0);
    }

    /**
     * TUNSETIFF: makes a TUN device of this name and ties it to the descriptor of /dev/net/tun.
     *
     * @param hasVirtioHeaders whether each packet read and written follows a {@link VirtioNetHeader}
     * @param queue of the device, from 0; the first of several queues refuses a device that exists
     * @param queues the number of queues that the device will have
     */
    public int createTun(int tun, boolean hasVirtioHeaders, int queue, int queues) {
        int kind = linux_h.IFF_TUN()
                | linux_h.IFF_NO_PI()
                | (hasVirtioHeaders ? linux_h.IFF_VNET_HDR() : 0)
                | (queues > 1 ? IFF_MULTI_QUEUE : 0)
                | (queues > 1 && queue == 0 ? IFF_TUN_EXCL : 0);
        ifreq.ifr_ifru.ifru_flags(value, (short) kind);
        return syscalls.ioctl(tun, linux_h.BADGER_TUNSETIFF(), request);
    }

    /** SIOCSIFADDR, by any AF_INET socket. The address is big endian in an int. */
    public int address(int socket, int address) {
        writeAddress(address);
        return syscalls.ioctl(socket, linux_h.SIOCSIFADDR(), request);
    }

    public int netmask(int socket, int mask) {
        writeAddress(mask);
        return syscalls.ioctl(socket, linux_h.SIOCSIFNETMASK(), request);
    }

    public int mtu(int socket, int mtu) {
        ifreq.ifr_ifru.ifru_mtu(value, mtu);
        return syscalls.ioctl(socket, linux_h.SIOCSIFMTU(), request);
    }

    /** SIOCGIFINDEX: the number of the interface in rtnetlink(7), or {@code -errno}. */
    public int index(int socket) {
        int result = syscalls.ioctl(socket, linux_h.SIOCGIFINDEX(), request);
        return result < 0 ? result : ifreq.ifr_ifru.ifru_ivalue(value);
    }

    /** Adds IFF_UP to the interface's flags. */
    public int bringUp(int socket) {
        int result = syscalls.ioctl(socket, linux_h.SIOCGIFFLAGS(), request);
        if (result < 0) {
            return result;
        }
        ifreq.ifr_ifru.ifru_flags(value, (short) (ifreq.ifr_ifru.ifru_flags(value) | linux_h.IFF_UP()));
        return syscalls.ioctl(socket, linux_h.SIOCSIFFLAGS(), request);
    }

    private MemorySegment nameField() {
        return ifreq.ifr_ifrn.ifrn_name(ifreq.ifr_ifrn(request));
    }

    private void writeAddress(int address) {
        value.fill((byte) 0);
        MemorySegment socketAddress = ifreq.ifr_ifru.ifru_addr(value);
        // sockaddr and sockaddr_in have the same size; the kernel reads the latter here.
        sockaddr_in.sin_family(socketAddress, (short) linux_h.AF_INET());
        socketAddress.set(U32, sockaddr_in.sin_addr$offset(), address);
    }
}
