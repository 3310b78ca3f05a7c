package badger.handshake;

import static badger.record.RecordProtectionBenchmark.PACKET_BYTES;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
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

/**
 * A packet of 1420 bytes through bctls's own record layer: {@code DTLSTransport.send} and {@code receive}, over a
 * transport in memory. What {@code RecordProtectionBenchmark} is there to beat.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BctlsBenchmark {
    /** bctls on Bouncy Castle's cipher in Java, or on the JDK's. */
    @Param({"bc", "jce"})
    public String crypto;

    private final byte[] packet = new byte[PACKET_BYTES];
    private final byte[] received = new byte[2048];
    private BctlsPair pair;

    @Setup
    public void shakeHands() throws Exception {
        SecureRandom random = new SecureRandom();
        TlsCrypto tlsCrypto = crypto.equals("bc") ? new BcTlsCrypto(random) : new JcaTlsCryptoProvider().create(random);
        pair = BctlsPair.connect(tlsCrypto);
    }

    @TearDown
    public void close() throws IOException {
        pair.close();
    }

    @Benchmark
    public void send() throws IOException {
        pair.client.send(packet, 0, PACKET_BYTES);
    }

    @Benchmark
    public int sendAndReceive() throws IOException {
        pair.client.send(packet, 0, PACKET_BYTES);
        int length = pair.server.receive(received, 0, received.length, 1_000);
        if (length != PACKET_BYTES) {
            throw new AssertionError("not received: " + length);
        }
        return length;
    }
}
