package badger.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
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

/** The internet checksum of one packet, and what reading an IPv4 header costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChecksumBenchmark {
    private static final int AT = 37;

    /** 20 is a bare IPv4 header, 1420 the packet that fills a record. */
    @Param({"20", "577", "1420"})
    public int length;

    private final Arena arena = Arena.ofShared();
    private MemorySegment packet;

    @Setup
    public void fillPacket() {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        packet = arena.allocate(AT + length);
        MemorySegment.copy(bytes, 0, packet, ValueLayout.JAVA_BYTE, AT, length);
        packet.set(ValueLayout.JAVA_BYTE, AT, (byte) 0x45);
        packet.set(WireTypes.U16, AT + 2L, (short) length);
    }

    @TearDown
    public void closeArena() {
        arena.close();
    }

    @Benchmark
    public int checksum() {
        return Checksum.of(packet, AT, length);
    }

    @Benchmark
    public int checkAndReadHeader() {
        return Ipv4.isComplete(packet, AT, length) ? Ipv4.source(packet, AT) ^ Ipv4.destination(packet, AT) : 0;
    }
}
