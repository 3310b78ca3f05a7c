package badger.offload;

import badger.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@link KernelTest} runs this in a process and a network namespace of its own. Exit code 0 means success. */
final class KernelScenario {
    private static final int SUPER_PACKETS = 4_000;
    private static final int BURSTS = 700;
    private static final int BURST_PACKETS = 60;

    private final Arena arena = Arena.ofShared();
    private int packets;
    private int zeroChecksums;
    private int renumbered;

    private KernelScenario() {}

    public static void main(String[] arguments) throws Exception {
        KernelScenario scenario = new KernelScenario();
        try (ForwardingKernel kernel = new ForwardingKernel()) {
            switch (arguments[0]) {
                case "cut" -> scenario.cut(kernel);
                case "join" -> scenario.join(kernel);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
        System.out.println(arguments[0] + ": " + scenario.packets + " packets equal, " + scenario.zeroChecksums
                + " with checksum zero, " + scenario.renumbered + " with another identification");
    }

    /** Finished or begun, each segment ends as the packet that the kernel makes of it. */
    private void cut(ForwardingKernel kernel) throws Exception {
        SegmenterRig segmenter = new SegmenterRig(arena);
        for (int seed = 0; seed < SUPER_PACKETS; seed++) {
            Frame frame = new RandomSuperPackets(seed).next();
            if (frame.gsoType() == VirtioNetHeader.GSO_UDP_L4 && !kernel.takesUdp()) {
                continue;
            }
            List<byte[]> byKernel = kernel.forward(List.of(frame));
            assertSame(byKernel, routed(segmenter.segments(frame, false)), "finished, seed " + seed + ": " + frame);
            assertSame(byKernel, routed(frame.segments()), "reference, seed " + seed + ": " + frame);
            List<Frame> begun =
                    segmenter.segments(frame, true).stream().map(Frame::partial).toList();
            List<byte[]> finishedByKernel = kernel.forward(begun).stream()
                    .map(KernelScenario::withOneZero)
                    .toList();
            assertSame(
                    byKernel.stream().map(KernelScenario::withOneZero).toList(),
                    finishedByKernel,
                    "begun, seed " + seed + ": " + frame);
            packets += byKernel.size();
        }
        expect(packets > 100_000, packets + " packets");
        expect(zeroChecksums > 500, zeroChecksums + " segments with checksum zero");
    }

    /** The kernel cuts what the coalescer has joined, and the packets are the same as before. */
    private void join(ForwardingKernel kernel) throws Exception {
        CoalescerRig coalescer = new CoalescerRig(arena);
        int joined = 0;
        for (int seed = 0; seed < BURSTS; seed++) {
            List<byte[]> burst = new RandomFlows(seed).next(BURST_PACKETS);
            boolean isPartial = seed % 2 == 0;
            List<Frame> alone = burst.stream().map(Frame::plain).toList();
            List<byte[]> arriving = burst;
            if (isPartial) {
                arriving = burst.stream().map(PacketBytes::begun).toList();
                alone = arriving.stream().map(KernelScenario::partial).toList();
            }
            List<Frame> frames = coalescer.frames(arriving, new MergeRules(true, kernel.takesUdp(), isPartial, 64));
            joined += burst.size() - frames.size();
            assertSameButNumbers(kernel.forward(alone), kernel.forward(frames), "seed " + seed);
        }
        expect(packets > 30_000, packets + " packets");
        expect(joined > packets / 3, joined + " joined of " + packets);
        expect(renumbered < packets / 10, renumbered + " of " + packets + " got another identification");
    }

    /** A packet alone as {@link Coalescer} hands it on when its checksum is begun. */
    private static Frame partial(byte[] packet) {
        boolean isUdpWithout = PacketBytes.hasTransport(packet)
                && PacketBytes.protocol(packet) == PacketBytes.UDP
                && PacketBytes.u16(packet, PacketBytes.checksumAt(packet)) == 0;
        return PacketBytes.hasTransport(packet) && !isUdpWithout ? Frame.partial(packet) : Frame.plain(packet);
    }

    private List<byte[]> routed(List<byte[]> segments) {
        List<byte[]> routed = new ArrayList<>();
        for (byte[] segment : segments) {
            routed.add(ForwardingKernel.forwardedBy(segment));
            int checksum = PacketBytes.u16(segment, PacketBytes.checksumAt(segment));
            zeroChecksums += checksum == 0 || checksum == 0xFFFF ? 1 : 0;
        }
        return routed;
    }

    private void assertSameButNumbers(List<byte[]> expected, List<byte[]> actual, String what) {
        expect(expected.size() == actual.size(), what + ": " + expected.size() + " packets became " + actual.size());
        for (int i = 0; i < expected.size(); i++) {
            boolean isEqual = Arrays.equals(expected.get(i), actual.get(i));
            // Only the identification may differ, of packets that may not be fragmented: there it means nothing
            // (RFC 6864, section 4.1).
            expect(
                    isEqual || Arrays.equals(comparable(expected.get(i)), comparable(actual.get(i))),
                    what + ", packet " + i + "\n" + PacketBytes.hex(expected.get(i)) + "\n"
                            + PacketBytes.hex(actual.get(i)));
            renumbered += isEqual ? 0 : 1;
        }
        packets += expected.size();
    }

    private static byte[] comparable(byte[] packet) {
        byte[] result = withOneZero(packet);
        if (PacketBytes.isIpv4(packet) && (PacketBytes.u16(packet, 6) & 0x4000) != 0) {
            PacketBytes.put16(result, 4, 0);
            PacketBytes.put16(result, 10, 0);
        }
        return result;
    }

    /**
     * TCP has two zeros for its checksum, and the kernel writes 0 where it cuts and ones where it finishes
     * (skb_checksum_help).
     */
    private static byte[] withOneZero(byte[] packet) {
        byte[] result = packet.clone();
        boolean isTcp = PacketBytes.hasTransport(packet) && PacketBytes.protocol(packet) == PacketBytes.TCP;
        if (isTcp && PacketBytes.u16(packet, PacketBytes.checksumAt(packet)) == 0xFFFF) {
            PacketBytes.put16(result, PacketBytes.checksumAt(packet), 0);
        }
        return result;
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual, String what) {
        expect(
                expected.size() == actual.size(),
                what + ": the kernel makes " + expected.size() + " packets, not " + actual.size());
        for (int i = 0; i < expected.size(); i++) {
            expect(
                    Arrays.equals(expected.get(i), actual.get(i)),
                    what + ", segment " + i + " of " + expected.size() + "\nkernel " + PacketBytes.hex(expected.get(i))
                            + "\nours   " + PacketBytes.hex(actual.get(i)));
        }
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
