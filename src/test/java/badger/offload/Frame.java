package badger.offload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What passes through a TUN with IFF_VNET_HDR: the virtio header's fields and a packet. Its {@link #segments} are the
 * slow and obvious reference for this package.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record Frame(
        int flags, int gsoType, int headerLength, int gsoSize, int checksumStart, int checksumOffset, byte[] packet) {
    static Frame plain(byte[] packet) {
        return new Frame(0, 0, 0, 0, 0, 0, packet);
    }

    /** A packet whose TCP or UDP checksum is begun. */
    static Frame partial(byte[] packet) {
        return superPacket(0, 0, packet);
    }

    static Frame superPacket(int gsoType, int gsoSize, byte[] packet) {
        int start = PacketBytes.ipHeaderBytes(packet);
        int offset = PacketBytes.checksumAt(packet) - start;
        return new Frame(1, gsoType, PacketBytes.headerBytes(packet), gsoSize, start, offset, packet);
    }

    static Frame of(byte[] bytes) {
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        byte[] packet = new byte[bytes.length - 10];
        System.arraycopy(bytes, 10, packet, 0, packet.length);
        return new Frame(
                header.get(0),
                header.get(1) & 0xFF,
                header.getShort(2) & 0xFFFF,
                header.getShort(4) & 0xFFFF,
                header.getShort(6) & 0xFFFF,
                header.getShort(8) & 0xFFFF,
                packet);
    }

    byte[] virtioHeader() {
        ByteBuffer header = ByteBuffer.allocate(10).order(ByteOrder.nativeOrder());
        header.put(0, (byte) flags);
        header.put(1, (byte) gsoType);
        header.putShort(2, (short) headerLength);
        header.putShort(4, (short) gsoSize);
        header.putShort(6, (short) checksumStart);
        header.putShort(8, (short) checksumOffset);
        return header.array();
    }

    /** The packets that a TUN without offloads would have handed over instead. */
    List<byte[]> segments() {
        if ((gsoType & 0x7F) == 0) {
            return List.of(finished());
        }
        List<byte[]> segments = new ArrayList<>();
        int headerBytes = PacketBytes.headerBytes(packet);
        int payloadBytes = packet.length - headerBytes;
        for (int from = 0; from < payloadBytes; from += gsoSize) {
            segments.add(segment(headerBytes, from, Math.min(gsoSize, payloadBytes - from), segments.size()));
        }
        return segments;
    }

    private byte[] finished() {
        byte[] whole = packet.clone();
        if ((flags & 1) != 0) {
            int checksum = 0xFFFF - PacketBytes.add(0, whole, checksumStart, whole.length);
            PacketBytes.put16(whole, checksumStart + checksumOffset, checksum == 0 ? 0xFFFF : checksum);
        }
        return whole;
    }

    private byte[] segment(int headerBytes, int from, int payloadBytes, int index) {
        byte[] segment = new byte[headerBytes + payloadBytes];
        System.arraycopy(packet, 0, segment, 0, headerBytes);
        System.arraycopy(packet, headerBytes + from, segment, headerBytes, payloadBytes);
        boolean isFirst = from == 0;
        boolean isLast = headerBytes + from + payloadBytes == packet.length;
        int transportAt = PacketBytes.ipHeaderBytes(packet);
        if (PacketBytes.isIpv4(packet)) {
            PacketBytes.put16(segment, 4, PacketBytes.u16(packet, 4) + index);
        }
        if (PacketBytes.protocol(packet) == PacketBytes.TCP) {
            PacketBytes.put32(segment, transportAt + 4, PacketBytes.u32(packet, transportAt + 4) + from);
            int flagBits = PacketBytes.u8(packet, transportAt + 13);
            if (!isLast) {
                flagBits &= ~(TestPacket.FIN | TestPacket.PSH);
            }
            if (!isFirst) {
                flagBits &= ~TestPacket.CWR;
            }
            PacketBytes.put8(segment, transportAt + 13, flagBits);
        } else {
            PacketBytes.put16(segment, transportAt + 4, 8 + payloadBytes);
        }
        PacketBytes.finishIp(segment);
        boolean isUdpWithout = PacketBytes.protocol(packet) == PacketBytes.UDP
                && PacketBytes.u16(packet, PacketBytes.checksumAt(packet)) == 0;
        if (!isUdpWithout) {
            PacketBytes.finishTransport(segment);
        }
        int checksumAt = PacketBytes.checksumAt(packet);
        if (isFirst && isLast && !isUdpWithout && PacketBytes.u16(segment, checksumAt) == 0) {
            // It is finished and not cut, so the kernel writes ones for TCP too.
            PacketBytes.put16(segment, checksumAt, 0xFFFF);
        }
        return segment;
    }
}
