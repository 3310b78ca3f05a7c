package badger.linux;

import badger.bindings.linux.cmsghdr;
import badger.bindings.linux.iovec;
import badger.bindings.linux.linux_h;
import badger.bindings.linux.msghdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A msghdr for sendmsg(2) whose buffer the kernel cuts into datagrams of one size: one buffer and the UDP_SEGMENT
 * control message (udp(7)). It is allocated once and used for each batch. One thread.
 */
public final class SegmentedDatagram {
    /** The length of the datagram that {@link #prepare} may add. */
    public static final int ODD_TAIL_BYTES = 1;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT;

    private final MemorySegment header;
    private final MemorySegment vector;
    private final MemorySegment control;

    public SegmentedDatagram(Arena ownerArena) {
        header = ownerArena.allocate(msghdr.layout());
        vector = ownerArena.allocate(iovec.layout(), 2);
        MemorySegment tail = iovec.asSlice(vector, 1);
        iovec.iov_base(tail, ownerArena.allocate(ODD_TAIL_BYTES));
        iovec.iov_len(tail, ODD_TAIL_BYTES);
        control = ownerArena.allocate(ControlMessages.space(Short.BYTES), Long.BYTES);
        cmsghdr.cmsg_len(control, ControlMessages.length(Short.BYTES));
        cmsghdr.cmsg_level(control, linux_h.SOL_UDP());
        cmsghdr.cmsg_type(control, linux_h.UDP_SEGMENT());
        msghdr.msg_iov(header, vector);
        msghdr.msg_control(header, control);
        // The kernel expects that this length includes the padding behind the value.
        msghdr.msg_controllen(header, control.byteSize());
    }

    /**
     * Makes the next sendmsg take {@code [at, at + length)} of a native segment, {@code segmentBytes} for each
     * datagram.
     *
     * @param addsTail whether a datagram of {@link #ODD_TAIL_BYTES} without meaning follows
     */
    public void prepare(MemorySegment from, long at, int length, int segmentBytes, boolean addsTail) {
        vector.set(ValueLayout.JAVA_LONG, iovec.iov_base$offset(), NativeAddress.of(from, at, length));
        iovec.iov_len(vector, length);
        msghdr.msg_iovlen(header, addsTail ? 2 : 1);
        control.set(U16, ControlMessages.DATA_AT, (short) segmentBytes);
    }

    /** Sets the destination of the datagrams; null on a connected socket. */
    public void sendTo(SocketAddress destination) {
        msghdr.msg_name(header, destination == null ? MemorySegment.NULL : destination.segment());
        msghdr.msg_namelen(header, destination == null ? 0 : destination.length());
    }

    MemorySegment segment() {
        return header;
    }
}
