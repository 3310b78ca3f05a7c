package badger.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.testing.AllocationMeter;
import badger.testing.OwnsTheJvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@OwnsTheJvm
final class OffloadAllocationTest implements Coalescer.Sink {
    private static final int HEADER_BYTES = 40;
    private static final int PAYLOAD_BYTES = 1_000;
    private static final int SEGMENTS = 20;

    /** Offsets of the super-packet and of the copies of its segments. */
    private static final long PACKET_AT = 64;

    private static final long SEGMENTS_AT = 32_768;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(65_536);
    private final MemorySegment headers = arena.allocate(HEADER_BYTES);
    private final Segmenter segmenter = new Segmenter(arena);
    private int writes;

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void allocatesNothingPerPacket() {
        TestPacket packet = new TestPacket().payload(SEGMENTS * PAYLOAD_BYTES);
        MemorySegment source = MemorySegment.ofArray(packet.buildPartial());
        MemorySegment.copy(source, 0, buffer, PACKET_AT, source.byteSize());
        MemorySegment.copy(source, 0, headers, 0, HEADER_BYTES);
        Frame frame = Frame.superPacket(1, PAYLOAD_BYTES, packet.buildPartial());
        MemorySegment.copy(MemorySegment.ofArray(frame.virtioHeader()), 0, buffer, PACKET_AT - 10, 10);
        for (boolean isPartial : new boolean[] {false, true}) {
            Coalescer coalescer = new Coalescer(this, new MergeRules(true, true, isPartial, 64));
            assertEquals(0, AllocationMeter.bytesPerIteration(500, () -> cutAndJoin(coalescer, isPartial)));
        }
        assertEquals(0, writes % SEGMENTS);
    }

    private void cutAndJoin(Coalescer coalescer, boolean isPartial) {
        MemorySegment.copy(headers, 0, buffer, PACKET_AT, HEADER_BYTES);
        int length = HEADER_BYTES + SEGMENTS * PAYLOAD_BYTES;
        int count = segmenter.begin(buffer, PACKET_AT, length, PACKET_AT - 10, isPartial);
        long at = SEGMENTS_AT;
        for (int i = 0; i < count; i++) {
            segmenter.next();
            MemorySegment.copy(buffer, segmenter.segmentAt(), buffer, at, segmenter.segmentLength());
            coalescer.add(buffer, at, segmenter.segmentLength());
            at += segmenter.segmentLength() + 37;
        }
        coalescer.flush();
    }

    @Override
    public void write(MemorySegment written, long virtioHeaderAt, int length) {
        throw new AssertionError("not merged: " + written.get(ValueLayout.JAVA_BYTE, virtioHeaderAt));
    }

    @Override
    public void writeMerged(MemorySegment written, MergedRanges pieces) {
        writes += pieces.count();
    }
}
