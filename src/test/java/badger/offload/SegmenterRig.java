package badger.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Puts frames through a {@link Segmenter} as the loop that reads the TUN does, and checks the buffer's edges. */
final class SegmenterRig {
    private static final int HEADROOM_BYTES = 37;
    private static final byte CANARY = 0x5A;

    private final Segmenter segmenter;
    private final MemorySegment buffer;

    SegmenterRig(Arena arena) {
        segmenter = new Segmenter(arena);
        buffer = arena.allocate(HEADROOM_BYTES + 10 + 65_535 + HEADROOM_BYTES);
    }

    /** The segments, or null if the frame contradicts itself. */
    List<byte[]> segments(Frame frame, boolean checksumsMayBePartial) {
        byte[] header = frame.virtioHeader();
        byte[] packet = frame.packet();
        buffer.fill(CANARY);
        MemorySegment.copy(header, 0, buffer, ValueLayout.JAVA_BYTE, HEADROOM_BYTES, header.length);
        long packetAt = HEADROOM_BYTES + (long) header.length;
        MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, packetAt, packet.length);
        int count = segmenter.begin(buffer, packetAt, packet.length, HEADROOM_BYTES, checksumsMayBePartial);
        List<byte[]> segments = null;
        if (count != Segmenter.CONTRADICTION) {
            segments = take(count);
        }
        for (int i = 0; i < HEADROOM_BYTES; i++) {
            assertEquals(CANARY, buffer.get(ValueLayout.JAVA_BYTE, i));
            assertEquals(CANARY, buffer.get(ValueLayout.JAVA_BYTE, packetAt + packet.length + i));
        }
        return segments;
    }

    private List<byte[]> take(int count) {
        assertTrue(count > 0);
        List<byte[]> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segmenter.next();
            byte[] segment = new byte[segmenter.segmentLength()];
            MemorySegment.copy(
                    buffer, ValueLayout.JAVA_BYTE, segmenter.segmentAt(), segment, 0, segmenter.segmentLength());
            segments.add(segment);
            assertTrue(i == count - 1 || segment.length == segmenter.segmentBytes());
            assertTrue(segment.length <= segmenter.segmentBytes());
        }
        return segments;
    }
}
