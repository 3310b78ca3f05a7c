package badger.linux;

import badger.bindings.linux.linux_h;
import badger.bindings.linux.sockaddr_nl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Tells when the addresses, links or routes of this host change (rtnetlink(7)), but not what has changed. One thread
 * waits; any thread may close.
 */
public final class NetworkChanges implements AutoCloseable {
    private static final int GROUPS = linux_h.RTMGRP_LINK()
            | linux_h.RTMGRP_IPV4_IFADDR()
            | linux_h.RTMGRP_IPV4_ROUTE()
            | linux_h.RTMGRP_IPV6_IFADDR()
            | linux_h.RTMGRP_IPV6_ROUTE();

    /** A new address and its routes come in several messages. */
    private static final int SETTLES_WITHIN_MILLIS = 20;

    /** Longer messages are cut, which does no harm because their content is not used. */
    private static final int MESSAGE_BYTES = 4_096;

    private final Descriptor socket;
    private final EventFd ending;
    private volatile boolean isClosed;

    private NetworkChanges(int socket) {
        this.socket = new Descriptor(socket);
        this.ending = EventFd.open();
    }

    /**
     * Begins to listen.
     *
     * @throws LinuxException if the kernel has no rtnetlink for this process
     */
    public static NetworkChanges open() {
        try (Arena callArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(callArena);
            int kind = linux_h.SOCK_RAW() | linux_h.SOCK_CLOEXEC() | linux_h.SOCK_NONBLOCK();
            int socket = LinuxException.check(
                    "socket", syscalls.socket(linux_h.AF_NETLINK(), kind, linux_h.NETLINK_ROUTE()), "AF_NETLINK");
            try {
                MemorySegment address = callArena.allocate(sockaddr_nl.layout());
                sockaddr_nl.nl_family(address, (short) linux_h.AF_NETLINK());
                sockaddr_nl.nl_groups(address, GROUPS);
                LinuxException.check("bind", syscalls.bind(socket, address), "AF_NETLINK groups=" + GROUPS);
                return new NetworkChanges(socket);
            } catch (RuntimeException e) {
                syscalls.close(socket);
                throw e;
            }
        }
    }

    /** Blocks until something has changed and a moment has passed. @return false once it is closed */
    public boolean await() {
        try (Arena waitArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(waitArena);
            PollSet both = new PollSet(waitArena, socket.fd(), ending.fd());
            MemorySegment message = waitArena.allocate(MESSAGE_BYTES);
            int ready = both.await(syscalls, PollSet.FOREVER);
            // Reads as long as messages keep coming. An overflow (ENOBUFS) is a change like any other.
            while (!isClosed && ready > 0) {
                int read = syscalls.read(socket.fd(), message, 0, MESSAGE_BYTES);
                ready = read == -Errno.EAGAIN ? both.await(syscalls, SETTLES_WITHIN_MILLIS) : 1;
            }
            return !isClosed;
        }
    }

    /** Ends {@link #await}. The thread that waited frees the descriptors by {@link #free}. */
    @Override
    public void close() {
        isClosed = true;
        ending.signal();
    }

    /** Closes the descriptors, as the last act of the thread that waited. */
    public void free() {
        socket.close();
        ending.close();
    }
}
