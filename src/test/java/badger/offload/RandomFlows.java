package badger.offload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Packets of a few flows in bursts. Most follow one another, and now and then one has a fault of each possible kind.
 */
final class RandomFlows {
    private static final int[] PAYLOAD_BYTES = {1, 2, 7, 20, 33, 100, 536};

    private final Random random;
    private final List<TestPacket> flows = new ArrayList<>();

    RandomFlows(long seed) {
        random = new Random(seed);
        for (int i = 0; i < 3; i++) {
            flows.add(newFlow(i));
        }
    }

    private TestPacket newFlow(int number) {
        TestPacket flow = new TestPacket();
        flow.isIpv6 = random.nextInt(3) == 0;
        flow.isUdp = random.nextInt(3) == 0;
        flow.sourcePort += number / 2;
        flow.fragmentField = random.nextBoolean() ? 0x4000 : 0;
        flow.identification = random.nextInt(4) == 0 ? 0xFFFA : random.nextInt(1 << 16);
        flow.sequence = random.nextInt(4) == 0 ? 0xFFFF_FF80L : random.nextInt() & 0xFFFF_FFFFL;
        flow.typeOfService = random.nextInt(3);
        flow.flags |= random.nextInt(4) == 0 ? TestPacket.ECE : 0;
        flow.tcpOptions = new byte[random.nextInt(3) * 12 / 2 / 4 * 4];
        random.nextBytes(flow.tcpOptions);
        return flow.payload(PAYLOAD_BYTES[random.nextInt(PAYLOAD_BYTES.length)]);
    }

    /** Packets with complete checksums, except those that are made wrong. */
    List<byte[]> next(int count) {
        List<byte[]> packets = new ArrayList<>();
        int flow = 0;
        for (int i = 0; i < count; i++) {
            if (random.nextInt(12) == 0) {
                flow = random.nextInt(flows.size());
            }
            TestPacket packet = flows.get(flow);
            byte[] bytes = random.nextInt(10) == 0 ? odd(packet) : packet.build();
            flows.set(flow, packet.following());
            packets.add(bytes);
        }
        return packets;
    }

    /** A packet of a super-packet, as big as the kernel's. */
    Frame superPacket() {
        TestPacket packet = newFlow(0);
        packet.flags |= random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(2) * TestPacket.PSH;
        packet.hasChecksum = !packet.isUdp || random.nextInt(5) > 0;
        packet.ipOptions = new byte[random.nextInt(5) == 0 ? 4 * random.nextInt(11) : 0];
        random.nextBytes(packet.ipOptions);
        int gsoSize = 1 + random.nextInt(random.nextBoolean() ? 1_500 : 100);
        int most = Math.min(64 * gsoSize, 65_535 - packet.headerBytes());
        packet.payload = new byte[1 + random.nextInt(most)];
        random.nextBytes(packet.payload);
        int type = packet.isUdp ? 5 : packet.isIpv6 ? 4 : 1;
        boolean isEcn = !packet.isUdp && (packet.flags & TestPacket.CWR) != 0;
        return Frame.superPacket(isEcn ? type | 0x80 : type, gsoSize, packet.buildPartial());
    }

    private byte[] odd(TestPacket usual) {
        TestPacket packet = usual.copy();
        switch (random.nextInt(22)) {
            case 0 -> packet.sequence += random.nextInt(5) - 2;
            case 1 -> packet.acknowledgement += 1;
            case 2 -> packet.window ^= 1;
            case 3 -> packet.flags ^= 1 << random.nextInt(8);
            case 4 -> packet.flags |= TestPacket.PSH;
            case 5 -> packet.typeOfService ^= 1 << random.nextInt(8);
            case 6 -> packet.timeToLive -= 1;
            case 7 -> packet.fragmentField ^= 0x4000;
            case 8 -> packet.identification = random.nextInt(1 << 16);
            case 9 -> packet.fragmentField = random.nextBoolean() ? 0x2000 : 185;
            case 10 -> packet.tcpOptions = changedOptions(packet.tcpOptions);
            case 11 -> packet.ipOptions = new byte[] {1, 1, 1, 0};
            case 12 -> packet.payload(random.nextInt(packet.payload.length + 1));
            case 13 -> packet.payload(packet.payload.length + 1);
            case 14 -> packet.hasChecksum = !packet.isUdp;
            case 15 -> packet.urgentPointer = 1;
            case 16 -> packet.reservedBits = 1 + random.nextInt(15);
            case 17 -> packet.flowLabel ^= 1;
            case 18 -> packet.destinationPort ^= 1;
            case 19 -> packet.destinationAddress ^= 1;
            case 20 -> packet.sourceAddress ^= 1;
            default -> {
                return spoiled(packet.build());
            }
        }
        return packet.build();
    }

    private static byte[] changedOptions(byte[] options) {
        byte[] changed = options.length == 0 ? new byte[4] : options.clone();
        changed[changed.length - 1]++;
        return changed;
    }

    private byte[] spoiled(byte[] packet) {
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(packet, random.nextInt(packet.length));
            case 1 -> Arrays.copyOf(packet, packet.length + 1 + random.nextInt(9));
            case 2 -> {
                packet[PacketBytes.isIpv4(packet) ? 9 : 6] = (byte) random.nextInt(256);
                yield packet;
            }
            default -> {
                packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
                yield packet;
            }
        };
    }
}
