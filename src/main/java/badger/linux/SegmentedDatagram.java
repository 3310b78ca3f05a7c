package badger.linux;

import badger.bindings.linux.cmsghdr;
import badger.bindings.linux.iovec;
import badger.bindings.linux.linux_h;
import badger.bindings.linux.msghdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A msghdr for sendmsg(2) whose buffer the kernel cuts into datagrams of one size: one buffer and the UDP_SEGMENT control
 * message (udp(7)). Allocated once and used for batch after batch; one thread.
 */
public final class SegmentedDatagram {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT;

    private final MemorySegment header;
    private final MemorySegment vector;
    private final MemorySegment control;

    public SegmentedDatagram(Arena ownerArena) {
        header = ownerArena.allocate(msghdr.layout());
        vector = ownerArena.allocate(iovec.layout());
        control = ownerArena.allocate(ControlMessages.space(Short.BYTES), Long.BYTES);
        cmsghdr.cmsg_len(control, ControlMessages.length(Short.BYTES));
        cmsghdr.cmsg_level(control, linux_h.SOL_UDP());
        cmsghdr.cmsg_type(control, linux_h.UDP_SEGMENT());
        msghdr.msg_iov(header, vector);
        msghdr.msg_iovlen(header, 1);
        msghdr.msg_control(header, control);
        // The kernel wants the padding behind the value counted too.
        msghdr.msg_controllen(header, control.byteSize());
    }

    /** Makes the next sendmsg take {@code [at, at + length)} of a native segment, {@code segmentBytes} a datagram. */
    public void prepare(MemorySegment from, long at, int length, int segmentBytes) {
        vector.set(ValueLayout.JAVA_LONG, iovec.iov_base$offset(), NativeAddress.of(from, at, length));
        iovec.iov_len(vector, length);
        control.set(U16, ControlMessages.DATA_AT, (short) segmentBytes);
    }

    /** Names where the datagrams go; null on a connected socket. */
    public void sendTo(SocketAddress destination) {
        msghdr.msg_name(header, destination == null ? MemorySegment.NULL : destination.segment());
        msghdr.msg_namelen(header, destination == null ? 0 : destination.length());
    }

    MemorySegment segment() {
        return header;
    }
}
