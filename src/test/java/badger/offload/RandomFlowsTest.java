package badger.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Segmenter and coalescer against their references, over many packets. A failure names its seed. */
final class RandomFlowsTest {
    private static final int SEEDS = 1_200;
    private static final int PACKETS = 60;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void cutsAsReferenceDoes() {
        SegmenterRig rig = new SegmenterRig(arena);
        int segments = 0;
        for (int seed = 0; seed < 1_500; seed++) {
            Frame frame = new RandomFlows(seed).superPacket();
            List<byte[]> expected = frame.segments();
            assertAll(expected, rig.segments(frame, false), seed);
            assertAll(expected.stream().map(PacketBytes::begun).toList(), rig.segments(frame, true), seed);
            segments += expected.size();
        }
        assertTrue(segments > 30_000, "segments: " + segments);
    }

    @Test
    void mergesAsReferenceDoesWithChecksums() {
        compareWithReference(false);
    }

    @Test
    void mergesAsReferenceDoesWithoutChecksums() {
        compareWithReference(true);
    }

    @Test
    void deliversWhatWasCutAsItWas() {
        SegmenterRig segmenter = new SegmenterRig(arena);
        CoalescerRig coalescer = new CoalescerRig(arena);
        int frames = 0;
        int segments = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            boolean isPartial = seed % 2 == 0;
            Frame frame = new RandomFlows(seed).superPacket();
            List<byte[]> packets = frame.segments();
            MergeRules rules = new MergeRules(true, true, isPartial, 64);
            List<Frame> written = coalescer.frames(segmenter.segments(frame, isPartial), rules);
            assertAll(packets, delivered(written), seed);
            frames += written.size();
            segments += packets.size();
        }
        assertTrue(frames < segments / 2, frames + " of " + segments);
    }

    private void compareWithReference(boolean isPartial) {
        CoalescerRig rig = new CoalescerRig(arena);
        int merged = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            MergeRules rules = new MergeRules(
                    seed % 11 > 0, seed % 7 > 0, seed % 13 > 0, isPartial, seed % 3 == 0 ? 1 + seed % 9 : 64);
            List<byte[]> packets = new RandomFlows(seed).next(PACKETS);
            List<byte[]> arriving =
                    isPartial ? packets.stream().map(PacketBytes::begun).toList() : packets;
            List<Frame> frames = rig.frames(arriving, rules);
            List<Frame> expected = new ReferenceMerger(rules).frames(arriving);
            assertEquals(expected.size(), frames.size(), "seed " + seed);
            for (int i = 0; i < frames.size(); i++) {
                CoalescerRig.assertSame(expected.get(i), frames.get(i));
            }
            List<byte[]> finished =
                    isPartial ? packets.stream().map(RandomFlowsTest::finished).toList() : packets;
            assertAll(finished, delivered(frames), seed);
            merged += PACKETS - frames.size();
        }
        assertTrue(merged > SEEDS * PACKETS / 4, "merged: " + merged);
    }

    /** A peer that leaves checksums out is trusted with them: a wrong one goes unnoticed. */
    private static byte[] finished(byte[] packet) {
        byte[] finished = PacketBytes.begun(packet);
        boolean hasChecksum = PacketBytes.hasTransport(packet)
                && !(PacketBytes.protocol(packet) == PacketBytes.UDP
                        && PacketBytes.u16(packet, PacketBytes.checksumAt(packet)) == 0);
        if (hasChecksum) {
            PacketBytes.finishTransport(finished);
        }
        return finished;
    }

    private static List<byte[]> delivered(List<Frame> frames) {
        List<byte[]> packets = new ArrayList<>();
        frames.forEach(frame -> packets.addAll(frame.segments()));
        return packets;
    }

    /**
     * Bit for bit, except the identification of packets that may not be fragmented, and the two zeros of TCP checksums.
     */
    private static void assertAll(List<byte[]> expected, List<byte[]> actual, int seed) {
        assertEquals(expected.size(), actual.size(), "seed " + seed);
        for (int i = 0; i < expected.size(); i++) {
            int index = i;
            assertArrayEquals(
                    comparable(expected.get(i)),
                    comparable(actual.get(i)),
                    () -> "seed " + seed + ", packet " + index + ": " + PacketBytes.hex(expected.get(index)));
        }
    }

    private static byte[] comparable(byte[] packet) {
        byte[] result = packet.clone();
        if (!PacketBytes.hasTransport(packet)) {
            return result;
        }
        if (PacketBytes.isIpv4(packet)
                && (PacketBytes.u16(packet, 6) & 0x4000) != 0
                && PacketBytes.hasValidIp(packet)) {
            PacketBytes.put16(result, 4, 0);
            PacketBytes.finishIp(result);
        }
        int checksumAt = PacketBytes.checksumAt(packet);
        if (PacketBytes.protocol(packet) == PacketBytes.TCP && PacketBytes.u16(packet, checksumAt) == 0xFFFF) {
            PacketBytes.put16(result, checksumAt, 0);
        }
        return result;
    }
}
