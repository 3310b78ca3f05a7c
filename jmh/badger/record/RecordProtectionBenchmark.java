package badger.record;

import badger.aead.Aead;
import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.aead.ConnectionId;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Our record layer over a packet of 1420 bytes. {@code BctlsBenchmark} does the same with bctls alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordProtectionBenchmark {
    public static final int PACKET_BYTES = 1420;

    /** A backend that this machine has not got is reported as failed, and the others go on. */
    @Param({"jce", "openssl", "ipsec-mb"})
    public String backend;

    private final Arena arena = Arena.ofShared();
    private RecordProtection protection;
    private RecordSealer sealer;
    private MemorySegment packet;
    private MemorySegment record;
    private Aead opening;
    private MemorySegment sealed;
    private MemorySegment opened;

    @Setup
    public void makeKeys() {
        AeadBackend aeads = Aeads.named(backend);
        MemorySegment key = arena.allocate(Aead.KEY_BYTES).fill((byte) 7);
        // Both directions have one key and one connection ID here, so that what is sealed can be opened.
        ConnectionIds.Issued issued = new ConnectionIds().issue();
        AgreedIds ids = new AgreedIds(issued, ConnectionId.of(issued.value()));
        protection = new RecordProtection(
                List.of(aeads.sealing(key, 1, ids.peers())),
                aeads.opening(key, 1, ids.own()),
                ids,
                (number, type, plain, at, length) -> false,
                new SequenceNumbers(),
                DtlsRecord.MAXIMUM_SEQUENCE);
        sealer = protection.sealer(0);
        packet = arena.allocate(PACKET_BYTES + 1).fill((byte) 1);
        record = arena.allocate(RecordProtection.BADGER_OVERHEAD_BYTES + PACKET_BYTES);
        sealed = arena.allocate(PACKET_BYTES + Aead.TAG_BYTES);
        opened = arena.allocate(PACKET_BYTES);
        opening = aeads.opening(key, 1);
        try (Aead sealing = aeads.sealing(key, 1)) {
            sealing.seal(1, 1, DtlsRecord.APPLICATION_DATA, packet, 0, PACKET_BYTES, sealed, 0);
        }
    }

    @TearDown
    public void wipeKeys() {
        protection.close();
        opening.close();
        arena.close();
    }

    @Benchmark
    public int seal() {
        return sealer.seal(sealer.reserve(1), packet, 0, PACKET_BYTES, record, 0);
    }

    /** The ciphers alone, opening one record again and again, which {@link RecordProtection} refuses to. */
    @Benchmark
    public boolean open() {
        return opening.open(1, 1, DtlsRecord.APPLICATION_DATA, sealed, 0, PACKET_BYTES, opened, 0);
    }

    @Benchmark
    public int sealAndOpen() {
        int recordLength = sealer.seal(sealer.reserve(1), packet, 0, PACKET_BYTES, record, 0);
        int length = protection.open(record, 0, recordLength);
        if (length != PACKET_BYTES) {
            throw new AssertionError("not opened: " + length);
        }
        return length;
    }
}
