package badger.datapath;

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

/** The whole way of a packet in both directions, over fakes: all but the system calls. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DataPathBenchmark {
    /** A packet of so many bytes, 62 of them that leave together, or a TCP super-packet of so many segments. */
    @Param({"64 bytes", "1400 bytes", "64 bytes 62 times", "44 segments"})
    public String read;

    @Param({"openssl", "ipsec-mb"})
    public String backend;

    private LinkedEnds ends;
    private int packets;

    @Setup
    public void connect() throws Exception {
        int number = Integer.parseInt(read.substring(0, read.indexOf(' ')));
        packets = read.endsWith("times") ? 62 : 1;
        ends = read.endsWith("segments")
                ? LinkedEnds.ofSuperPackets(number, 1_360, backend)
                : LinkedEnds.ofPackets(number, backend);
    }

    @TearDown
    public void close() {
        ends.close();
    }

    /** From the TUN's read to the socket's send. */
    @Benchmark
    public int outbound() {
        return ends.sendBatch(packets);
    }

    /** The same, and from the other socket's receive to the other TUN's write: a record can be opened only once. */
    @Benchmark
    public long outboundAndInbound() {
        ends.sendBatch(packets);
        return ends.receive();
    }
}
