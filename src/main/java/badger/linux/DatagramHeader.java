package badger.linux;

import badger.bindings.linux.iovec;
import badger.bindings.linux.linux_h;
import badger.bindings.linux.msghdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A msghdr with one buffer, one address and room for control messages (recvmsg(2)). It is allocated once and used for
 * each datagram. One thread.
 */
public final class DatagramHeader {
    // Badger asks for one control message only, but others could come.
    private static final int CONTROL_BYTES = 128;
    private static final int SOL_UDP = linux_h.SOL_UDP();
    private static final int UDP_GRO = linux_h.UDP_GRO();

    private final MemorySegment header;
    private final MemorySegment vector;
    private final MemorySegment control;
    private final SocketAddress source;

    public DatagramHeader(Arena ownerArena) {
        header = ownerArena.allocate(msghdr.layout());
        vector = ownerArena.allocate(iovec.layout());
        source = new SocketAddress(ownerArena);
        control = ownerArena.allocate(CONTROL_BYTES, Long.BYTES);
        msghdr.msg_control(header, control);
        msghdr.msg_name(header, source.segment());
        msghdr.msg_iov(header, vector);
        msghdr.msg_iovlen(header, 1);
    }

    /** Makes the next recvmsg write to {@code [at, at + capacity)} of a native segment. */
    public void receiveInto(MemorySegment into, long at, int capacity) {
        vector.set(ValueLayout.JAVA_LONG, iovec.iov_base$offset(), NativeAddress.of(into, at, capacity));
        iovec.iov_len(vector, capacity);
        // The kernel leaves the lengths of the last source and of the last control messages here.
        msghdr.msg_namelen(header, SocketAddress.CAPACITY);
        msghdr.msg_controllen(header, CONTROL_BYTES);
    }

    /** The source of the last datagram. The next one overwrites it. */
    public SocketAddress source() {
        return source;
    }

    /**
     * The length of each datagram that the kernel joined into the last receive (UDP_GRO, udp(7)); only the last of them
     * may be shorter. It is {@code otherwise} if the kernel joined none.
     */
    public int joinedBytes(int otherwise) {
        return ControlMessages.intValue(control, msghdr.msg_controllen(header), SOL_UDP, UDP_GRO, otherwise);
    }

    MemorySegment segment() {
        return header;
    }
}
