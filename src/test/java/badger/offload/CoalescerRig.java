package badger.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays packets into one buffer, as decrypted records lie there, puts them through a {@link Coalescer} and keeps what it
 * writes.
 */
final class CoalescerRig implements Coalescer.Sink {
    /** A DTLS record's header and tag: the least distance between two packets. */
    private static final int BETWEEN_BYTES = 37;

    private final MemorySegment buffer;
    private final List<Frame> frames = new ArrayList<>();

    CoalescerRig(Arena arena) {
        buffer = arena.allocate(1 << 20);
    }

    List<Frame> frames(List<byte[]> packets, MergeRules rules) {
        frames.clear();
        Coalescer coalescer = new Coalescer(this, rules);
        long at = BETWEEN_BYTES;
        for (byte[] packet : packets) {
            MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, at, packet.length);
            coalescer.add(buffer, at, packet.length);
            at += packet.length + BETWEEN_BYTES;
        }
        coalescer.flush();
        int written = frames.size();
        coalescer.flush();
        return List.copyOf(frames.subList(0, written));
    }

    @Override
    public void write(MemorySegment written, long virtioHeaderAt, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(written, ValueLayout.JAVA_BYTE, virtioHeaderAt, bytes, 0, length);
        frames.add(Frame.of(bytes));
    }

    @Override
    public void writeMerged(MemorySegment written, MergedRanges pieces) {
        int length = 0;
        for (int i = 0; i < pieces.count(); i++) {
            length += pieces.length(i);
        }
        byte[] bytes = new byte[length];
        int to = 0;
        for (int i = 0; i < pieces.count(); i++) {
            MemorySegment.copy(written, ValueLayout.JAVA_BYTE, pieces.at(i), bytes, to, pieces.length(i));
            to += pieces.length(i);
        }
        frames.add(Frame.of(bytes));
    }

    static void assertSame(Frame expected, Frame actual) {
        assertArrayEquals(expected.virtioHeader(), actual.virtioHeader(), () -> expected + "\n" + actual);
        assertArrayEquals(expected.packet(), actual.packet());
    }
}
