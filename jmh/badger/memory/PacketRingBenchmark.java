package badger.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/** One packet into a {@link PacketRing} and out again: on one thread, and from one thread to another. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
// Where both ends share a core, spinning would measure time slices.
@SuppressWarnings("ThreadPriorityCheck")
public class PacketRingBenchmark {
    private static final int SLOTS = 32;
    private static final int SLOT_BYTES = 2048;

    @State(Scope.Group)
    public static class Ring {
        @Param({"60", "1420"})
        public int length;

        private final Arena arena = Arena.ofShared();
        private PacketRing ring;
        private MemorySegment source;

        @Setup
        public void allocate() {
            ring = new PacketRing(arena, SLOTS, SLOT_BYTES);
            source = arena.allocate(SLOT_BYTES);
        }

        @TearDown
        public void closeArena() {
            arena.close();
        }
    }

    @Benchmark
    @Group("oneThread")
    public long offerAndRelease(Ring state) {
        state.ring.offer(state.source, 0, state.length, 1, 2, 3);
        return take(state.ring);
    }

    @Benchmark
    @Group("twoThreads")
    public void produce(Ring state, Control control) {
        while (!state.ring.offer(state.source, 0, state.length, 1, 2, 3) && !control.stopMeasurement) {
            Thread.yield();
        }
    }

    @Benchmark
    @Group("twoThreads")
    public long consume(Ring state, Control control) {
        while (state.ring.isEmpty() && !control.stopMeasurement) {
            Thread.yield();
        }
        return take(state.ring);
    }

    private static long take(PacketRing ring) {
        int length = ring.peek();
        if (length < 0) {
            return length;
        }
        long taken = length + ring.peekAt() + ring.tagHigh() + ring.tagLow() + ring.tagPort();
        ring.release();
        return taken;
    }
}
