package badger.offload;

import badger.linux.VirtioNetHeader;
import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Tcp;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** The TCP super-packet that benchmarks cut and join: 44 segments of 1,400 bytes with time stamps, over IPv4. */
final class SuperPacket {
    static final int SEGMENTS = 44;
    static final int IP_HEADER_BYTES = 20;
    static final int HEADER_BYTES = IP_HEADER_BYTES + 32;
    static final int PAYLOAD_BYTES = 1_400 - HEADER_BYTES;
    static final int BYTES = HEADER_BYTES + SEGMENTS * PAYLOAD_BYTES;

    private SuperPacket() {}

    /** Writes virtio header and packet; the packet begins at {@code at}. */
    static void write(MemorySegment buffer, long at) {
        byte[] payload = new byte[BYTES - HEADER_BYTES];
        new Random(1).nextBytes(payload);
        buffer.asSlice(at, HEADER_BYTES).fill((byte) 0);
        MemorySegment.copy(payload, 0, buffer, ValueLayout.JAVA_BYTE, at + HEADER_BYTES, payload.length);
        buffer.set(ValueLayout.JAVA_BYTE, at, (byte) 0x45);
        buffer.set(ValueLayout.JAVA_BYTE, at + 6, (byte) 0x40);
        buffer.set(ValueLayout.JAVA_BYTE, at + 8, (byte) 64);
        buffer.set(ValueLayout.JAVA_BYTE, at + 9, (byte) Tcp.PROTOCOL);
        buffer.set(ValueLayout.JAVA_BYTE, at + IP_HEADER_BYTES + 12, (byte) (8 << 4));
        Tcp.flags(buffer, at + IP_HEADER_BYTES, Tcp.ACK | Tcp.PSH);
        Ipv4.totalLength(buffer, at, BYTES);
        Ipv4.headerChecksum(buffer, at, Checksum.of(buffer, at, IP_HEADER_BYTES));
        long virtioHeaderAt = at - VirtioNetHeader.BYTES;
        VirtioNetHeader.putPlain(buffer, virtioHeaderAt);
        VirtioNetHeader.flags(buffer, virtioHeaderAt, VirtioNetHeader.NEEDS_CSUM);
        VirtioNetHeader.gsoType(buffer, virtioHeaderAt, VirtioNetHeader.GSO_TCPV4);
        VirtioNetHeader.hdrLen(buffer, virtioHeaderAt, HEADER_BYTES);
        VirtioNetHeader.gsoSize(buffer, virtioHeaderAt, PAYLOAD_BYTES);
        VirtioNetHeader.csumStart(buffer, virtioHeaderAt, IP_HEADER_BYTES);
        VirtioNetHeader.csumOffset(buffer, virtioHeaderAt, Tcp.CHECKSUM_OFFSET);
    }
}
