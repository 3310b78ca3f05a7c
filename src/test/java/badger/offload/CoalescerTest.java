package badger.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CoalescerTest {
    private static final MergeRules FULL = new MergeRules(true, true, false, 64);
    private static final MergeRules PARTIAL = new MergeRules(true, true, true, 64);

    private final Arena arena = Arena.ofShared();
    private final CoalescerRig rig = new CoalescerRig(arena);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void mergesNeighboursOfOneFlow() {
        for (TestPacket first : List.of(tcp(), tcpOverIpv6(), udp(), udpOverIpv6())) {
            List<byte[]> packets =
                    builds(first, first.following(), first.following().following());
            for (MergeRules rules : List.of(FULL, PARTIAL)) {
                List<Frame> frames = rig.frames(packets, rules);
                assertEquals(1, frames.size());
                Frame frame = frames.get(0);
                assertEquals(100, frame.gsoSize());
                assertEquals(1, frame.flags());
                assertEquals(first.headerBytes(), frame.headerLength());
                assertEquals(first.ipHeaderBytes(), frame.checksumStart());
                assertEquals(first.isUdp ? 6 : 16, frame.checksumOffset());
                int tcpType = first.isIpv6 ? 4 : 1;
                assertEquals(first.isUdp ? 5 : tcpType, frame.gsoType());
                SegmenterTest.assertSegments(packets, frame.segments());
            }
        }
    }

    @Test
    void leavesSinglePacketAsItIs() {
        byte[] packet = tcp().build();
        CoalescerRig.assertSame(Frame.plain(packet), single(packet, FULL));
    }

    @Test
    void beginsChecksumOfSinglePacketForPeerThatLeavesItOut() {
        TestPacket withOptions = tcp();
        withOptions.ipOptions = new byte[8];
        TestPacket acknowledgement = tcp().payload(0);
        for (TestPacket packet : List.of(tcp(), withOptions, acknowledgement, udpOverIpv6())) {
            CoalescerRig.assertSame(Frame.partial(packet.buildPartial()), single(packet.build(), PARTIAL));
        }
        TestPacket without = udp();
        without.hasChecksum = false;
        CoalescerRig.assertSame(Frame.plain(without.build()), single(without.build(), PARTIAL));
        TestPacket fragment = udp();
        fragment.fragmentField = 0x2000;
        CoalescerRig.assertSame(Frame.plain(fragment.build()), single(fragment.build(), PARTIAL));
    }

    @Test
    void keepsApartWhatDiffersInTheIpHeader() {
        for (TestPacket first : List.of(tcp(), udp())) {
            assertApart(first, p -> p.typeOfService = 1);
            assertApart(first, p -> p.timeToLive--);
            assertApart(first, p -> p.fragmentField = 0);
            assertApart(first, p -> p.sourceAddress++);
            assertApart(first, p -> p.destinationAddress++);
            assertApart(first, p -> p.ipOptions = new byte[4]);
            assertApart(first, p -> p.isIpv6 = true);
            assertApart(first, p -> p.isUdp = !p.isUdp);
        }
        for (TestPacket first : List.of(tcpOverIpv6(), udpOverIpv6())) {
            assertApart(first, p -> p.typeOfService = 1);
            assertApart(first, p -> p.flowLabel++);
            assertApart(first, p -> p.timeToLive--);
            assertApart(first, p -> p.sourceAddress++);
            assertApart(first, p -> p.destinationAddress++);
        }
    }

    @Test
    void keepsApartWhatDiffersInTheTcpHeader() {
        for (TestPacket first : List.of(tcp(), tcpOverIpv6())) {
            assertApart(first, p -> p.sourcePort++);
            assertApart(first, p -> p.destinationPort++);
            assertApart(first, p -> p.sequence++);
            assertApart(first, p -> p.sequence--);
            assertApart(first, p -> p.acknowledgement++);
            assertApart(first, p -> p.window++);
            assertApart(first, p -> p.urgentPointer++);
            assertApart(first, p -> p.reservedBits = 1);
            assertApart(first, p -> p.flags |= TestPacket.ECE);
            assertApart(first, p -> p.tcpOptions = new byte[4]);
        }
    }

    @Test
    void neverMergesFlagsThatMeanMore() {
        int[] flags = {TestPacket.FIN, TestPacket.SYN, TestPacket.RST, TestPacket.URG, TestPacket.CWR};
        for (int flag : flags) {
            assertApart(tcp(), p -> p.flags |= flag);
            TestPacket both = tcp();
            both.flags |= flag;
            assertApart(both, p -> {});
        }
        TestPacket withoutAck = tcp();
        withoutAck.flags = 0;
        assertApart(withoutAck, p -> {});
    }

    @Test
    void mergesEchoedCongestion() {
        TestPacket first = tcp();
        first.flags |= TestPacket.ECE;
        first.typeOfService = 3;
        assertEquals(1, rig.frames(builds(first, first.following()), FULL).size());
    }

    @Test
    void comparesTcpOptions() {
        TestPacket first = tcp();
        first.tcpOptions = new byte[] {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
        assertEquals(1, rig.frames(builds(first, first.following()), FULL).size());
        for (int i = 0; i < first.tcpOptions.length; i++) {
            int at = i;
            assertApart(first, p -> {
                p.tcpOptions = p.tcpOptions.clone();
                p.tcpOptions[at]++;
            });
        }
    }

    @Test
    void endsRunAfterPush() {
        TestPacket first = tcp();
        TestPacket pushed = first.following();
        pushed.flags |= TestPacket.PSH;
        TestPacket next = pushed.following();
        next.flags &= ~TestPacket.PSH;
        List<byte[]> packets = builds(first, pushed, next, next.following());
        List<Frame> frames = rig.frames(packets, FULL);
        assertEquals(
                List.of(2, 2), frames.stream().map(f -> f.segments().size()).toList());
        assertEquals(TestPacket.PSH, frames.get(0).packet()[33] & TestPacket.PSH);
        assertEquals(0, frames.get(1).packet()[33] & TestPacket.PSH);
        assertEquals(2, rig.frames(builds(pushed, pushed.following()), FULL).size());
    }

    @Test
    void endsRunAfterShorterPacket() {
        for (TestPacket first : List.of(tcp(), udp())) {
            TestPacket shorter = first.following().payload(99);
            TestPacket next = shorter.following();
            assertEquals(
                    List.of(2, 2),
                    rig.frames(builds(first, shorter, next, next.following()), FULL).stream()
                            .map(f -> f.segments().size())
                            .toList());
            assertApart(first, p -> p.payload(101));
        }
    }

    @Test
    void mergesWhatMayBeFragmentedOnlyWithSequentialNumbers() {
        TestPacket first = tcp();
        first.fragmentField = 0;
        first.identification = 0xFFFF;
        assertEquals(
                1,
                rig.frames(builds(first, first.following(), first.following().following()), FULL)
                        .size());
        assertApart(first, p -> p.identification++);
        assertApart(first, p -> p.identification--);
        TestPacket next = tcp().following();
        next.identification += 7;
        assertEquals(1, rig.frames(builds(tcp(), next), FULL).size());
    }

    @Test
    void neverMergesFragments() {
        for (int field : new int[] {0x2000, 1, 0x2001}) {
            assertApart(udp(), p -> p.fragmentField = field);
            TestPacket first = udp();
            first.fragmentField = field;
            assertApart(first, p -> {});
        }
    }

    @Test
    void neverMergesPacketsWithoutPayload() {
        assertApart(tcp().payload(0), p -> {});
        assertApart(udp().payload(0), p -> {});
        assertApart(tcp(), p -> p.payload(0));
        assertApart(udp(), p -> p.payload(0));
    }

    @Test
    void neverMergesUdpWithoutChecksum() {
        assertApart(udp(), p -> p.hasChecksum = false);
        TestPacket first = udp();
        first.hasChecksum = false;
        assertApart(first, p -> {});
        assertApart(first, p -> p.hasChecksum = true);
    }

    @Test
    void passesWrongChecksumOnAlone() {
        for (TestPacket first : List.of(tcp(), tcpOverIpv6(), udp(), udpOverIpv6())) {
            List<byte[]> good =
                    builds(first, first.following(), first.following().following());
            for (int bad = 0; bad < good.size(); bad++) {
                List<byte[]> packets = new ArrayList<>(good);
                byte[] spoiled = good.get(bad).clone();
                spoiled[spoiled.length - 1] ^= 1;
                packets.set(bad, spoiled);
                List<Frame> frames = rig.frames(packets, FULL);
                assertTrue(frames.stream().anyMatch(f -> f.flags() == 0 && Arrays.equals(spoiled, f.packet())));
                SegmenterTest.assertSegments(
                        packets,
                        frames.stream().flatMap(f -> f.segments().stream()).toList());
                assertEquals(1, rig.frames(packets, PARTIAL).size());
            }
        }
    }

    @Test
    void passesWrongIpv4HeaderChecksumOnAlone() {
        for (int bad = 0; bad < 2; bad++) {
            List<byte[]> packets = builds(tcp(), tcp().following());
            packets.get(bad)[10] ^= 1;
            for (MergeRules rules : List.of(FULL, PARTIAL)) {
                assertEquals(2, rig.frames(packets, rules).size());
            }
        }
    }

    @Test
    void neverMergesPacketThatIsLongerThanItSays() {
        for (TestPacket first : List.of(tcp(), tcpOverIpv6(), udp(), udpOverIpv6())) {
            byte[] second = first.following().build();
            byte[] padded = Arrays.copyOf(second, second.length + 1);
            byte[] cut = Arrays.copyOf(second, second.length - 1);
            for (byte[] wrong : List.of(padded, cut, Arrays.copyOf(second, 1), new byte[0])) {
                List<Frame> frames = rig.frames(List.of(first.build(), wrong), FULL);
                assertEquals(2, frames.size());
                CoalescerRig.assertSame(Frame.plain(wrong), frames.get(1));
            }
        }
        TestPacket first = udp();
        byte[] second = first.following().build();
        PacketBytes.put16(second, 24, 107);
        assertEquals(2, rig.frames(List.of(first.build(), second), PARTIAL).size());
    }

    @Test
    void staysWithinLengthField() {
        for (TestPacket first : List.of(tcp(), tcpOverIpv6(), udp())) {
            int headerBytes = first.headerBytes();
            TestPacket big = first.payload((65_535 - headerBytes) / 3);
            List<byte[]> packets = builds(big, big.following(), big.following().following());
            assertEquals(1, rig.frames(packets, FULL).size());
            big.payload((65_535 - headerBytes) / 3 + 1);
            packets = builds(big, big.following(), big.following().following());
            assertEquals(2, rig.frames(packets, FULL).size());
        }
    }

    @Test
    void staysWithinMostSegments() {
        List<byte[]> packets = new ArrayList<>();
        TestPacket packet = tcp();
        for (int i = 0; i < 130; i++) {
            packets.add(packet.build());
            packet = packet.following();
        }
        assertEquals(List.of(64, 64, 2), sizes(packets, FULL));
        assertEquals(
                130, rig.frames(packets, new MergeRules(true, true, false, 1)).size());
        assertThrows(IllegalArgumentException.class, () -> new MergeRules(true, true, false, 65));
        assertThrows(IllegalArgumentException.class, () -> new MergeRules(true, true, false, 0));
    }

    @Test
    void mergesOnlyWhatTheKernelTakes() {
        List<byte[]> packets = builds(tcp(), tcp().following());
        List<byte[]> datagrams = builds(udp(), udp().following());
        assertEquals(
                2, rig.frames(packets, new MergeRules(false, true, false, 64)).size());
        assertEquals(
                1, rig.frames(datagrams, new MergeRules(false, true, false, 64)).size());
        assertEquals(
                1, rig.frames(packets, new MergeRules(true, false, false, 64)).size());
        assertEquals(
                2, rig.frames(datagrams, new MergeRules(true, false, false, 64)).size());
        List<byte[]> overIpv6 = builds(tcpOverIpv6(), tcpOverIpv6().following());
        for (boolean takesIpv6 : new boolean[] {false, true}) {
            MergeRules rules = new MergeRules(!takesIpv6, takesIpv6, true, false, 64);
            assertEquals(takesIpv6 ? 2 : 1, rig.frames(packets, rules).size());
            assertEquals(takesIpv6 ? 1 : 2, rig.frames(overIpv6, rules).size());
        }
    }

    @Test
    void keepsOrderWhenAnotherFlowComesBetween() {
        TestPacket other = tcp();
        other.sourcePort++;
        List<byte[]> packets = builds(tcp(), other, tcp().following(), other.following());
        List<Frame> frames = rig.frames(packets, FULL);
        assertEquals(4, frames.size());
        for (int i = 0; i < frames.size(); i++) {
            CoalescerRig.assertSame(Frame.plain(packets.get(i)), frames.get(i));
        }
    }

    @Test
    void saysWhetherPacketJoined() {
        MemorySegment buffer = arena.allocate(1_000);
        MemorySegment other = arena.allocate(1_000);
        Coalescer coalescer = new Coalescer(rig, FULL);
        byte[] first = tcp().build();
        byte[] second = tcp().following().build();
        for (MemorySegment segment : List.of(buffer, other)) {
            MemorySegment.copy(first, 0, segment, ValueLayout.JAVA_BYTE, 100, first.length);
            MemorySegment.copy(second, 0, segment, ValueLayout.JAVA_BYTE, 400, second.length);
        }
        assertFalse(coalescer.add(buffer, 100, first.length));
        assertTrue(coalescer.add(buffer, 400, second.length));
        coalescer.rules(PARTIAL);
        MemorySegment.copy(first, 0, buffer, ValueLayout.JAVA_BYTE, 100, first.length);
        assertFalse(coalescer.add(buffer, 100, first.length));
        // Pieces are ranges of one buffer.
        assertFalse(coalescer.add(other, 400, second.length));
        coalescer.flush();
    }

    private List<Integer> sizes(List<byte[]> packets, MergeRules rules) {
        return rig.frames(packets, rules).stream().map(f -> f.segments().size()).toList();
    }

    private void assertApart(TestPacket first, Consumer<TestPacket> change) {
        TestPacket second = first.following();
        change.accept(second);
        List<byte[]> complete = builds(first, second);
        assertNotMerged(rig.frames(complete, FULL));
        assertNotMerged(rig.frames(complete.stream().map(PacketBytes::begun).toList(), PARTIAL));
    }

    private static void assertNotMerged(List<Frame> frames) {
        assertEquals(2, frames.size());
        assertEquals(0, frames.get(0).gsoType());
        assertEquals(0, frames.get(1).gsoType());
    }

    private Frame single(byte[] packet, MergeRules rules) {
        List<Frame> frames = rig.frames(List.of(packet), rules);
        assertEquals(1, frames.size());
        return frames.get(0);
    }

    private static List<byte[]> builds(TestPacket... packets) {
        return Arrays.stream(packets).map(TestPacket::build).toList();
    }

    private static TestPacket tcp() {
        return new TestPacket().payload(100);
    }

    private static TestPacket udp() {
        TestPacket udp = new TestPacket();
        udp.isUdp = true;
        return udp.payload(100);
    }

    private static TestPacket tcpOverIpv6() {
        TestPacket tcp = tcp();
        tcp.isIpv6 = true;
        return tcp;
    }

    private static TestPacket udpOverIpv6() {
        TestPacket udp = udp();
        udp.isIpv6 = true;
        return udp;
    }
}
