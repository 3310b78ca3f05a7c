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

/** Cuts one super-packet of 44 segments, as the loop that reads the TUN does, without the later steps. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SegmenterBenchmark {
    private static final long PACKET_AT = 64;

    /** Whether checksums are left to the peer. */
    @Param({"true", "false"})
    public boolean isPartial;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(PACKET_AT + SuperPacket.BYTES + 64, 64);
    private final MemorySegment headers = arena.allocate(64, 64);
    private final Segmenter segmenter = new Segmenter(arena);

    @Setup
    public void writePacket() {
        SuperPacket.write(buffer, PACKET_AT);
        MemorySegment.copy(buffer, PACKET_AT, headers, 0, SuperPacket.HEADER_BYTES);
    }

    @TearDown
    public void closeArena() {
        arena.close();
    }

    @Benchmark
    public long cut() {
        // The first segment's headers take the place of the super-packet's.
        MemorySegment.copy(headers, 0, buffer, PACKET_AT, SuperPacket.HEADER_BYTES);
        int count = segmenter.begin(buffer, PACKET_AT, SuperPacket.BYTES, PACKET_AT - VirtioNetHeader.BYTES, isPartial);
        long sum = 0;
        for (int i = 0; i < count; i++) {
            segmenter.next();
            sum += segmenter.segmentAt() + segmenter.segmentLength();
        }
        return sum;
    }
}
