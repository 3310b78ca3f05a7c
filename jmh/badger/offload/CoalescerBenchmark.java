package badger.offload;

import badger.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Joins the 44 packets of one super-packet, which lie where decrypted records lie. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CoalescerBenchmark implements Coalescer.Sink {
    private static final long PACKET_AT = 64;

    /** A DTLS record's header, explicit nonce and tag. */
    private static final int BETWEEN_BYTES = 13 + 8 + 16;

    /** Whether the kernel finishes checksums; if not, each is verified. */
    @Param({"true", "false"})
    public boolean isPartial;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(
            PACKET_AT
                    + (long) SuperPacket.SEGMENTS
                            * (SuperPacket.PAYLOAD_BYTES + SuperPacket.HEADER_BYTES + BETWEEN_BYTES),
            64);
    private final MemorySegment headers = arena.allocate(64, 64);
    private final long[] offsets = new long[SuperPacket.SEGMENTS];
    private final int[] lengths = new int[SuperPacket.SEGMENTS];
    private Coalescer coalescer;
    private long written;

    @Setup
    public void layOutPackets() {
        MemorySegment source = arena.allocate(PACKET_AT + SuperPacket.BYTES);
        SuperPacket.write(source, PACKET_AT);
        Segmenter segmenter = new Segmenter(arena);
        int count = segmenter.begin(source, PACKET_AT, SuperPacket.BYTES, PACKET_AT - VirtioNetHeader.BYTES, isPartial);
        long at = PACKET_AT;
        for (int i = 0; i < count; i++) {
            segmenter.next();
            offsets[i] = at;
            lengths[i] = segmenter.segmentLength();
            MemorySegment.copy(source, segmenter.segmentAt(), buffer, at, lengths[i]);
            at += lengths[i] + BETWEEN_BYTES;
        }
        MemorySegment.copy(buffer, PACKET_AT, headers, 0, SuperPacket.HEADER_BYTES);
        coalescer = new Coalescer(this, new MergeRules(true, true, isPartial, MergeRules.MOST_SEGMENTS));
        join();
        if (written != SuperPacket.SEGMENTS) {
            throw new AssertionError("pieces=" + written);
        }
    }

    @TearDown
    public void closeArena() {
        arena.close();
    }

    @Benchmark
    public long join() {
        // The super-packet's headers have taken the place of the first packet's.
        MemorySegment.copy(headers, 0, buffer, PACKET_AT, SuperPacket.HEADER_BYTES);
        for (int i = 0; i < SuperPacket.SEGMENTS; i++) {
            coalescer.add(buffer, offsets[i], lengths[i]);
        }
        coalescer.flush();
        return written;
    }

    @Override
    public void write(MemorySegment packetBuffer, long virtioHeaderAt, int length) {
        written++;
    }

    @Override
    public void writeMerged(MemorySegment packetBuffer, MergedRanges pieces) {
        written += pieces.count();
    }
}
