package badger.peer;

import badger.udp.Endpoint;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.util.ArrayList;
import java.util.List;
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

/** The route look-up of every packet and super-packet, and that of a datagram on the main socket, in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PeerTableBenchmark {
    private static final int FIRST_ADDRESS = 0x0A00_0001;
    private static final long PREFIX = 0xFD00_0000_0000_0001L;
    private static final int PORT = 9944;
    private static final int ASKED = 4_096;

    @Param({"2", "100", "4096"})
    public int peers;

    private final PeerDirectory table = new PeerDirectory();
    private final List<Peer> all = new ArrayList<>();
    private final int[] asked = new int[ASKED];
    private int next;

    @Setup
    public void fill() {
        for (int i = 0; i < peers; i++) {
            Peer peer = new Peer(FIRST_ADDRESS + i, new Candidates(endpoint(i), null), 256);
            peer.updateVirtualIpv6(Ipv6Addresses.of(List.of(new Ipv6Address(PREFIX, i))));
            all.add(peer);
        }
        table.replace(all);
        Random random = new Random(1);
        for (int i = 0; i < ASKED; i++) {
            asked[i] = random.nextInt(peers);
        }
    }

    @TearDown
    public void free() {
        all.forEach(Peer::free);
    }

    @Benchmark
    public Peer byVirtualAddress() {
        return table.table().byVirtualAddress(FIRST_ADDRESS + index());
    }

    @Benchmark
    public Peer byVirtualIpv6() {
        return table.table().byVirtualIpv6(PREFIX, index());
    }

    @Benchmark
    public Peer byEndpoint() {
        Endpoint first = all.getFirst().candidates().publicEndpoint();
        return table.table().byEndpoint(first.high(), first.low() + index(), PORT);
    }

    private int index() {
        next = next + 1 & ASKED - 1;
        return asked[next];
    }

    private static Endpoint endpoint(int index) {
        return Endpoint.ofIpv4(0xC633_6401 + index, PORT);
    }
}
