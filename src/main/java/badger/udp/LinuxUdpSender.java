package badger.udp;

import badger.linux.Descriptor;
import badger.linux.DescriptorUse;
import badger.linux.Errno;
import badger.linux.SegmentedDatagram;
import badger.linux.SocketAddress;
import badger.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes to a {@link LinuxUdpSocket}: one send(2) or sendto(2) for a datagram, one sendmsg(2) for many. */
class LinuxUdpSender implements UdpSender {
    /** UDP_MAX_SEGMENTS is 64 before Linux 6.9. Kernels that count the UDP header too take one less. */
    private static final int MOST_SEGMENTS = 63;

    /** The largest payload of UDP over IPv4. Over IPv6 it would be 20 bytes more. */
    private static final int MOST_BYTES = 65_507;

    private final DescriptorUse descriptorUse;
    private final Syscalls syscalls;
    private final boolean isIpv6;
    private final SocketAddress destination;
    private final SegmentedDatagram segmented;
    private final boolean hasOddTail;
    private boolean hasSegmentation;
    private Endpoint written;
    private Endpoint withoutSegmentation;
    private long sends;
    private long refusals;
    private long segmentationFallbacks;

    LinuxUdpSender(Arena ownerArena, Descriptor descriptor, boolean isIpv6, UdpOffloads offloads) {
        descriptorUse = descriptor.use(ownerArena);
        syscalls = new Syscalls(ownerArena);
        this.isIpv6 = isIpv6;
        destination = new SocketAddress(ownerArena);
        segmented = new SegmentedDatagram(ownerArena);
        hasSegmentation = offloads.gso();
        hasOddTail = offloads.oddTail();
    }

    @Override
    public final int send(MemorySegment from, long at, int length) {
        int fd = descriptorUse.enter();
        if (fd < 0) {
            return fd;
        }
        try {
            int result = syscalls.send(fd, from, at, length, 0);
            if (result == -Errno.EMSGSIZE) {
                // The error may belong to an earlier datagram: an ICMP error is reported by the next call, which then
                // sends nothing (__udp4_lib_err, net/ipv4/udp.c). So the datagram is sent again.
                result = syscalls.send(fd, from, at, length, 0);
            }
            return counted(result);
        } finally {
            descriptorUse.leave();
        }
    }

    @Override
    public final int send(MemorySegment from, long at, int length, Endpoint to) {
        if (!setDestination(to)) {
            return -Errno.EAFNOSUPPORT;
        }
        int fd = descriptorUse.enter();
        if (fd < 0) {
            return fd;
        }
        try {
            return counted(syscalls.sendto(fd, from, at, length, destination));
        } finally {
            descriptorUse.leave();
        }
    }

    @Override
    public final int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
        return sendAll(from, at, length, segmentBytes, null);
    }

    @Override
    public final int sendSegments(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        return setDestination(to) ? sendAll(from, at, length, segmentBytes, to) : -Errno.EAFNOSUPPORT;
    }

    @Override
    public final long sends() {
        return sends;
    }

    @Override
    public final long refusals() {
        return refusals;
    }

    @Override
    public final long segmentationFallbacks() {
        return segmentationFallbacks;
    }

    /** sendmsg(2). Tests replace it by errors of other kernels and paths. */
    int sendmsg(Syscalls calls, int fd, SegmentedDatagram datagram) {
        return calls.sendmsg(fd, datagram);
    }

    /**
     * Sends all in batches. It ends at the first batch that fails, so that the bytes sent are always the first ones.
     */
    private int sendAll(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        if (segmentBytes <= 0) {
            throw new IllegalArgumentException("segmentBytes=" + segmentBytes);
        }
        int tailBytes = hasOddTail ? SegmentedDatagram.ODD_TAIL_BYTES : 0;
        int mostSegments = Math.min(MOST_SEGMENTS - tailBytes, (MOST_BYTES - tailBytes) / segmentBytes);
        int batchBytes = Math.max(1, mostSegments) * segmentBytes;
        int sent = 0;
        while (sent < length) {
            int batch = Math.min(batchBytes, length - sent);
            int result = sendBatch(from, at + sent, batch, segmentBytes, to);
            if (result < 0) {
                return sent == 0 ? result : sent;
            }
            sent += result;
            if (result < batch) {
                return sent;
            }
        }
        return sent;
    }

    /**
     * Sends one batch, and handles three errors, in each of which nothing was sent yet (udp_send_skb). EIO means that
     * the path's device cannot compute checksums, or that the path has IPsec. EINVAL means that it has no segmentation
     * at all. Both hold for this destination from then on. EMSGSIZE means that the path takes less than
     * {@code segmentBytes} now: single datagrams still pass, in fragments, unless the socket keeps them whole. Before
     * Linux 6.13 EINVAL can mean that too.
     */
    private int sendBatch(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        if (length <= segmentBytes || !maySegment(to)) {
            return sendSingly(from, at, length, segmentBytes, to);
        }
        int result = sendSegmented(from, at, length, segmentBytes, to);
        if (result == -Errno.EIO || result == -Errno.EINVAL) {
            int single = sendSingly(from, at, length, segmentBytes, to);
            if (single != -Errno.EMSGSIZE) {
                refuseSegmentation(to);
            }
            return single;
        }
        return result == -Errno.EMSGSIZE ? sendSingly(from, at, length, segmentBytes, to) : result;
    }

    private int sendSegmented(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        // A shorter last datagram serves as the odd tail itself.
        boolean addsTail = hasOddTail && length % segmentBytes == 0;
        segmented.prepare(from, at, length, segmentBytes, addsTail);
        segmented.sendTo(to == null ? null : destination);
        int fd = descriptorUse.enter();
        if (fd < 0) {
            return fd;
        }
        try {
            // The result must not count the tail, which the caller did not ask for.
            return Math.min(counted(sendmsg(syscalls, fd, segmented)), length);
        } finally {
            descriptorUse.leave();
        }
    }

    private int sendSingly(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        if (length > segmentBytes) {
            segmentationFallbacks++;
        }
        int sent = 0;
        while (sent < length) {
            int one = Math.min(segmentBytes, length - sent);
            int result = to == null ? send(from, at + sent, one) : send(from, at + sent, one, to);
            if (result < 0) {
                return sent == 0 ? result : sent;
            }
            sent += one;
        }
        return sent;
    }

    private int counted(int result) {
        if (result >= 0) {
            sends++;
        } else if (result == -Errno.EAGAIN || result == -Errno.ENOBUFS) {
            refusals++;
        }
        return result;
    }

    private boolean maySegment(Endpoint to) {
        return hasSegmentation && (to == null || !to.equals(withoutSegmentation));
    }

    private void refuseSegmentation(Endpoint to) {
        if (to == null) {
            hasSegmentation = false;
        } else {
            // Only the last such destination is remembered. Others cost one refused call for each batch.
            withoutSegmentation = to;
        }
    }

    private boolean setDestination(Endpoint to) {
        if (!to.equals(written)) {
            written = null;
            if (!destination.set(isIpv6, to.high(), to.low(), to.port())) {
                return false;
            }
            written = to;
        }
        return true;
    }
}
