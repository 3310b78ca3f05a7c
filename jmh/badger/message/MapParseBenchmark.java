package badger.message;

import badger.udp.Endpoint;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of reading one map: with two nodes as in the paper's sample, those of a large office, and a full datagram.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MapParseBenchmark {
    private static final int FIRST_VIRTUAL_IP = 0x0A00_000A;
    private static final int FIRST_PUBLIC_IP = 0xCB00_7101;
    private static final int FIRST_PRIVATE_IP = 0xC0A8_0A64;

    @Param({"2", "100", "600"})
    public int nodes;

    private byte[] message;

    @Setup
    public void writeMap() throws MessageException {
        List<MapEntry> entries = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            entries.add(new MapEntry(
                    FIRST_VIRTUAL_IP + i,
                    Endpoint.ofIpv4(FIRST_PUBLIC_IP + i % 250, 4400 + i),
                    Endpoint.ofIpv4(FIRST_PRIVATE_IP + i % 100, 3000)));
        }
        message = new NetworkMap(entries, nodes - 1, "").toJson();
        if (!(parse() instanceof NetworkMap map) || map.nodes().size() != nodes) {
            throw new AssertionError("the map does not hold " + nodes + " nodes");
        }
    }

    @Benchmark
    public IexMessage parse() throws MessageException {
        return IexMessage.parse(message, message.length);
    }
}
