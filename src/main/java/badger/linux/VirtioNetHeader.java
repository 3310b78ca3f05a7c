package badger.linux;

import badger.bindings.linux.linux_h;
import badger.bindings.linux.virtio_net_hdr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The virtio_net_hdr (linux/virtio_net.h) that stands before each packet of a TUN. It says what remains to be done with
 * the packet: cut it into segments, or finish its checksum. Ten bytes in the byte order of the machine, at any
 * alignment.
 */
public final class VirtioNetHeader {
    public static final int BYTES = (int) virtio_net_hdr.sizeof();

    /** In {@link #flags}: the checksum field holds the sum of the pseudo header only, and the rest must be added. */
    public static final int NEEDS_CSUM = linux_h.VIRTIO_NET_HDR_F_NEEDS_CSUM();

    /** In {@link #flags}: the kernel or a network card found the checksum right (VIRTIO_NET_HDR_F_DATA_VALID). */
    public static final int DATA_VALID = 2;

    /** In {@link #gsoType}: one packet that needs no cutting. */
    public static final int GSO_NONE = linux_h.VIRTIO_NET_HDR_GSO_NONE();

    public static final int GSO_TCPV4 = linux_h.VIRTIO_NET_HDR_GSO_TCPV4();

    public static final int GSO_TCPV6 = linux_h.VIRTIO_NET_HDR_GSO_TCPV6();

    /** Several datagrams of one size. The headers of Debian 12 (Linux 6.1) do not have it yet. */
    public static final int GSO_UDP_L4 = 5;

    /** A bit beside the type: the TCP header has ECN's CWR, which only the first segment may keep. */
    public static final int GSO_ECN = linux_h.VIRTIO_NET_HDR_GSO_ECN();

    private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final long FLAGS = virtio_net_hdr.flags$offset();
    private static final long GSO_TYPE = virtio_net_hdr.gso_type$offset();
    private static final long HEADER_LENGTH = virtio_net_hdr.hdr_len$offset();
    private static final long GSO_SIZE = virtio_net_hdr.gso_size$offset();
    private static final long CHECKSUM_START = virtio_net_hdr.csum_start$offset();
    private static final long CHECKSUM_OFFSET = virtio_net_hdr.csum_offset$offset();

    private VirtioNetHeader() {}

    /** 0, {@link #NEEDS_CSUM} or {@link #DATA_VALID}, and bits that Badger does not use. */
    public static int flags(MemorySegment segment, long at) {
        return Byte.toUnsignedInt(segment.get(U8, at + FLAGS));
    }

    /** One of the {@code GSO_} types, perhaps with {@link #GSO_ECN} added. */
    public static int gsoType(MemorySegment segment, long at) {
        return Byte.toUnsignedInt(segment.get(U8, at + GSO_TYPE));
    }

    /** The bytes of a super-packet's headers. From the kernel it is only a hint, and may be larger. */
    public static int hdrLen(MemorySegment segment, long at) {
        return Short.toUnsignedInt(segment.get(U16, at + HEADER_LENGTH));
    }

    /** The payload of each segment but the last, in bytes. */
    public static int gsoSize(MemorySegment segment, long at) {
        return Short.toUnsignedInt(segment.get(U16, at + GSO_SIZE));
    }

    /** Where the range that the checksum covers begins, in bytes from the packet's first. */
    public static int csumStart(MemorySegment segment, long at) {
        return Short.toUnsignedInt(segment.get(U16, at + CHECKSUM_START));
    }

    /** Where the checksum goes, in bytes from {@link #csumStart}. */
    public static int csumOffset(MemorySegment segment, long at) {
        return Short.toUnsignedInt(segment.get(U16, at + CHECKSUM_OFFSET));
    }

    /** Whether the packet is finished: it needs no cutting and no checksum. */
    public static boolean isPlain(MemorySegment segment, long at) {
        return segment.get(U64, at) == 0 && segment.get(U16, at + Long.BYTES) == 0;
    }

    /** Writes the header of a finished packet, all zeros. */
    public static void putPlain(MemorySegment segment, long at) {
        segment.set(U64, at, 0L);
        segment.set(U16, at + Long.BYTES, (short) 0);
    }

    public static void flags(MemorySegment segment, long at, int flags) {
        segment.set(U8, at + FLAGS, (byte) flags);
    }

    public static void gsoType(MemorySegment segment, long at, int type) {
        segment.set(U8, at + GSO_TYPE, (byte) type);
    }

    public static void hdrLen(MemorySegment segment, long at, int bytes) {
        segment.set(U16, at + HEADER_LENGTH, (short) bytes);
    }

    public static void gsoSize(MemorySegment segment, long at, int bytes) {
        segment.set(U16, at + GSO_SIZE, (short) bytes);
    }

    public static void csumStart(MemorySegment segment, long at, int bytes) {
        segment.set(U16, at + CHECKSUM_START, (short) bytes);
    }

    public static void csumOffset(MemorySegment segment, long at, int bytes) {
        segment.set(U16, at + CHECKSUM_OFFSET, (short) bytes);
    }

    /** Writes a whole header. */
    public static void put(
            MemorySegment segment,
            long at,
            int flags,
            int gsoType,
            int hdrLen,
            int gsoSize,
            int csumStart,
            int csumOffset) {
        segment.set(U8, at + FLAGS, (byte) flags);
        segment.set(U8, at + GSO_TYPE, (byte) gsoType);
        segment.set(U16, at + HEADER_LENGTH, (short) hdrLen);
        segment.set(U16, at + GSO_SIZE, (short) gsoSize);
        segment.set(U16, at + CHECKSUM_START, (short) csumStart);
        segment.set(U16, at + CHECKSUM_OFFSET, (short) csumOffset);
    }
}
