package badger.offload;

import java.util.List;
import java.util.Random;

/** Super-packets, one for each seed, with everything in their headers that a router lets through. */
final class RandomSuperPackets {
    private static final int MOST_TCP_SEGMENTS = 200;

    /** UDP_MAX_SEGMENTS of kernels before 6.9. Kernels drop packets with more than their maximum. */
    private static final int MOST_UDP_SEGMENTS = 64;

    private static final int NO_OPERATION = 1;
    private static final int UNKNOWN_OPTION = 0x9E;

    private final Random random;

    RandomSuperPackets(long seed) {
        random = new Random(seed);
    }

    /** One in eight has one segment only, or is a plain packet with a begun checksum. */
    Frame next() {
        TestPacket packet = packet();
        int most = 65_535 - packet.headerBytes();
        int gsoSize = gsoSize(most);
        int segments = 2 + random.nextInt(packet.isUdp ? MOST_UDP_SEGMENTS - 1 : MOST_TCP_SEGMENTS);
        int payloadBytes = Math.min(most, gsoSize * (segments - 1) + 1 + random.nextInt(gsoSize));
        if (random.nextInt(8) == 0) {
            // The kernel does not count TCP options as header when it decides whether there is anything to cut
            // (include/linux/virtio_net.h). It then drops a packet that has nothing to cut (tcp_gso_segment).
            gsoSize += packet.tcpOptions.length;
            payloadBytes = Math.min(most, 1 + random.nextInt(gsoSize - packet.tcpOptions.length));
        } else if (random.nextInt(8) == 0) {
            payloadBytes = Math.min(most, gsoSize * (2 + random.nextInt(20)));
        }
        packet.payload = new byte[payloadBytes];
        random.nextBytes(packet.payload);
        int type = packet.isUdp ? 5 : packet.isIpv6 ? 4 : 1;
        if (random.nextInt(8) == 0 && payloadBytes < 9_000) {
            return Frame.partial(packet.buildPartial());
        }
        boolean isEcn = !packet.isUdp && (packet.flags & TestPacket.CWR) != 0;
        Frame frame = Frame.superPacket(isEcn ? type | 0x80 : type, gsoSize, packet.buildPartial());
        return random.nextInt(3) == 0 ? withChecksumZero(packet, frame) : frame;
    }

    private TestPacket packet() {
        TestPacket packet = new TestPacket();
        packet.isIpv6 = random.nextBoolean();
        packet.isUdp = random.nextInt(3) == 0;
        packet.typeOfService = random.nextInt(256);
        packet.timeToLive = 2 + random.nextInt(254);
        packet.flowLabel = random.nextInt(1 << 20);
        packet.fragmentField = random.nextBoolean() ? 0x4000 : 0;
        packet.identification = random.nextBoolean() ? 0xFFFF - random.nextInt(20) : random.nextInt(1 << 16);
        packet.sourcePort = 1 + random.nextInt(65_535);
        packet.destinationPort = 1 + random.nextInt(65_535);
        packet.sequence = random.nextBoolean() ? 0xFFFF_FFFFL - random.nextInt(9_000) : random.nextLong(1L << 32);
        packet.acknowledgement = random.nextLong(1L << 32);
        packet.flags = random.nextInt(256);
        packet.reservedBits = random.nextInt(4) == 0 ? random.nextInt(16) : 0;
        packet.window = random.nextInt(1 << 16);
        packet.urgentPointer = random.nextInt(2) * random.nextInt(1 << 16);
        packet.tcpOptions = new byte[4 * random.nextInt(11)];
        random.nextBytes(packet.tcpOptions);
        packet.ipOptions = ipOptions();
        return packet;
    }

    /** Options that a router passes on unchanged. It fills in or refuses others. */
    private byte[] ipOptions() {
        byte[] options = new byte[random.nextInt(4) == 0 ? 4 * random.nextInt(11) : 0];
        for (int at = 0; at < options.length; at += 4) {
            if (random.nextBoolean()) {
                PacketBytes.put16(options, at, UNKNOWN_OPTION << 8 | 4);
                PacketBytes.put16(options, at + 2, random.nextInt(1 << 16));
            } else {
                PacketBytes.put32(options, at, 0x0101_0101L * NO_OPERATION);
            }
        }
        return options;
    }

    private int gsoSize(int most) {
        return switch (random.nextInt(6)) {
            case 0 -> 1 + random.nextInt(8);
            case 1 -> 1 + random.nextInt(100);
            case 2 -> 1_300 + random.nextInt(200);
            case 3 -> 1 + random.nextInt(9_000);
            case 4 -> most - 1_000 + random.nextInt(900);
            default -> 1 + random.nextInt(1_500);
        };
    }

    /** Changes two bytes so that one segment's checksum becomes zero, which UDP must send as ones (RFC 768). */
    private Frame withChecksumZero(TestPacket packet, Frame frame) {
        List<byte[]> segments = frame.segments();
        int index = random.nextInt(segments.size());
        byte[] segment = segments.get(index);
        int headerBytes = PacketBytes.headerBytes(segment);
        if (segment.length < headerBytes + 2) {
            return frame;
        }
        // The payload begins at an even byte, so its first word can take over the value of the checksum.
        int checksum = PacketBytes.u16(segment, PacketBytes.checksumAt(segment));
        int word = PacketBytes.u16(segment, headerBytes) + checksum;
        int payloadAt = index * frame.gsoSize();
        PacketBytes.put16(packet.payload, payloadAt, (word & 0xFFFF) + (word >>> 16));
        return new Frame(
                frame.flags(),
                frame.gsoType(),
                frame.headerLength(),
                frame.gsoSize(),
                frame.checksumStart(),
                frame.checksumOffset(),
                packet.buildPartial());
    }
}
