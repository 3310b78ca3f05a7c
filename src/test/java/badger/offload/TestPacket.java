package badger.offload;

/** Builds a packet: change the fields, then call {@link #build}. */
final class TestPacket implements Cloneable {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;
    static final int URG = 32;
    static final int ECE = 64;
    static final int CWR = 128;

    boolean isIpv6;
    boolean isUdp;
    int typeOfService;
    int timeToLive = 64;
    int identification = 1000;
    int fragmentField = 0x4000;
    int flowLabel = 0x12345;
    byte[] ipOptions = {};
    int sourceAddress = 1;
    int destinationAddress = 2;
    int sourcePort = 40_000;
    int destinationPort = 443;
    long sequence = 1_000_000;
    long acknowledgement = 77;
    int flags = ACK;
    int reservedBits;
    int window = 501;
    int urgentPointer;
    byte[] tcpOptions = {};
    byte[] payload = {};
    boolean hasChecksum = true;

    TestPacket copy() {
        try {
            return (TestPacket) clone();
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    TestPacket payload(int length) {
        payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (sequence * 31 + i * 7L + sourcePort);
        }
        return this;
    }

    /** The packet that a sender would send next. */
    TestPacket following() {
        TestPacket next = copy();
        next.sequence = sequence + payload.length & 0xFFFF_FFFFL;
        next.identification = identification + 1 & 0xFFFF;
        return next.payload(payload.length);
    }

    /** The packet with right checksums; UDP may have none. */
    byte[] build() {
        byte[] packet = raw();
        PacketBytes.finishIp(packet);
        if (hasChecksum) {
            PacketBytes.finishTransport(packet);
        }
        return packet;
    }

    /** The packet as the kernel hands it over with NEEDS_CSUM. */
    byte[] buildPartial() {
        byte[] packet = raw();
        PacketBytes.finishIp(packet);
        if (hasChecksum) {
            PacketBytes.beginTransport(packet);
        }
        return packet;
    }

    int ipHeaderBytes() {
        return isIpv6 ? 40 : 20 + ipOptions.length;
    }

    int headerBytes() {
        return ipHeaderBytes() + (isUdp ? 8 : 20 + tcpOptions.length);
    }

    private byte[] raw() {
        byte[] packet = new byte[headerBytes() + payload.length];
        if (isIpv6) {
            putIpv6(packet);
        } else {
            putIpv4(packet);
        }
        int at = ipHeaderBytes();
        PacketBytes.put16(packet, at, sourcePort);
        PacketBytes.put16(packet, at + 2, destinationPort);
        if (isUdp) {
            PacketBytes.put16(packet, at + 4, 8 + payload.length);
        } else {
            putTcp(packet, at);
        }
        System.arraycopy(payload, 0, packet, headerBytes(), payload.length);
        return packet;
    }

    private void putIpv4(byte[] packet) {
        PacketBytes.put8(packet, 0, 0x45 + ipOptions.length / 4);
        PacketBytes.put8(packet, 1, typeOfService);
        PacketBytes.put16(packet, 4, identification);
        PacketBytes.put16(packet, 6, fragmentField);
        PacketBytes.put8(packet, 8, timeToLive);
        PacketBytes.put8(packet, 9, isUdp ? PacketBytes.UDP : PacketBytes.TCP);
        PacketBytes.put32(packet, 12, 0x0A00_0000L + sourceAddress);
        PacketBytes.put32(packet, 16, 0x0A00_0000L + destinationAddress);
        System.arraycopy(ipOptions, 0, packet, 20, ipOptions.length);
    }

    private void putIpv6(byte[] packet) {
        PacketBytes.put32(packet, 0, 6L << 28 | (long) typeOfService << 20 | flowLabel);
        PacketBytes.put8(packet, 6, isUdp ? PacketBytes.UDP : PacketBytes.TCP);
        PacketBytes.put8(packet, 7, timeToLive);
        PacketBytes.put16(packet, 8, 0xFD00);
        PacketBytes.put32(packet, 20, sourceAddress);
        PacketBytes.put16(packet, 24, 0xFD00);
        PacketBytes.put32(packet, 36, destinationAddress);
    }

    private void putTcp(byte[] packet, int at) {
        PacketBytes.put32(packet, at + 4, sequence);
        PacketBytes.put32(packet, at + 8, acknowledgement);
        PacketBytes.put8(packet, at + 12, (5 + tcpOptions.length / 4) << 4 | reservedBits);
        PacketBytes.put8(packet, at + 13, flags);
        PacketBytes.put16(packet, at + 14, window);
        PacketBytes.put16(packet, at + 18, urgentPointer);
        System.arraycopy(tcpOptions, 0, packet, at + 20, tcpOptions.length);
    }
}
