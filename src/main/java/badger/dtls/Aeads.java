package badger.dtls;

import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Chooses the {@link AeadBackend}, once at start: the first in the order of {@link #present} that gives the known
 * answer. The order is that of speed and garbage as {@code RecordProtectionBenchmark} shows them.
 */
public final class Aeads {
    private static final JceAeadBackend JCE = new JceAeadBackend();

    private static final int SALT = 0xCAFEBABE;
    private static final long EXPLICIT_NONCE = 0x0001_0000_0000_0005L;
    private static final long EPOCH_AND_SEQUENCE = 0x0001_0000_0000_0007L;
    private static final int PLAIN_BYTES = 53;

    /**
     * AES-128-GCM of the bytes 0, 7, 14 ... under the key 0, 1, 2 ..., tag included, as two other implementations (the
     * JDK's and Python's cryptography) compute it. Comparing with the JDK's own at start would cost a third of a second.
     */
    private static final byte[] KNOWN_ANSWER = HexFormat.of()
            .parseHex("c1a92b38af255c763367686b2f02228aade6c2e5d4f245d88cce12d016f589e600c2d470e7749d27b4"
                    + "bbaa0485d3cc4ed1374bc46a4220b094847d07bb70f936fb8805ed1b");

    private Aeads() {}

    /** The fastest that works here. */
    public static AeadBackend fastest() {
        for (AeadBackend backend : present()) {
            if (givesKnownAnswer(backend)) {
                return backend;
            }
        }
        throw new IllegalStateException("no cipher backend passes its self-test, not even the JDK's");
    }

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException if it is unknown, not present, or failed its test; the message is for the user
     */
    public static AeadBackend named(String name) {
        for (AeadBackend backend : present()) {
            if (backend.name().equals(name)) {
                if (!givesKnownAnswer(backend)) {
                    throw new IllegalArgumentException("cipher backend " + name + " failed its self-test");
                }
                return backend;
            }
        }
        throw new IllegalArgumentException("cipher backend " + name + " is not available here; there are: "
                + String.join(", ", present().stream().map(AeadBackend::name).toList()));
    }

    /** What this machine has, the JDK's own always among them. */
    public static List<AeadBackend> present() {
        List<AeadBackend> present = new ArrayList<>();
        if (IpsecMbAeadBackend.isAvailable()) {
            present.add(new IpsecMbAeadBackend());
        }
        if (OpenSslAeadBackend.isAvailable()) {
            present.add(new OpenSslAeadBackend());
        }
        present.add(JCE);
        return List.copyOf(present);
    }

    /** Seals and opens one known record, and refuses it with one bit changed. */
    static boolean givesKnownAnswer(AeadBackend backend) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(Aead.KEY_BYTES);
            for (int i = 0; i < Aead.KEY_BYTES; i++) {
                key.set(ValueLayout.JAVA_BYTE, i, (byte) i);
            }
            MemorySegment plain = arena.allocate(PLAIN_BYTES);
            for (int i = 0; i < PLAIN_BYTES; i++) {
                plain.set(ValueLayout.JAVA_BYTE, i, (byte) (7 * i));
            }
            MemorySegment sealed = arena.allocate(PLAIN_BYTES + Aead.TAG_BYTES);
            try (Aead sealing = backend.sealing(key, SALT);
                    Aead opening = backend.opening(key, SALT)) {
                sealing.seal(
                        EXPLICIT_NONCE,
                        EPOCH_AND_SEQUENCE,
                        DtlsRecord.APPLICATION_DATA,
                        plain,
                        0,
                        PLAIN_BYTES,
                        sealed,
                        0);
                boolean isRight = sealed.mismatch(MemorySegment.ofArray(KNOWN_ANSWER)) == -1;
                MemorySegment forged = arena.allocate(sealed.byteSize()).copyFrom(sealed);
                forged.set(ValueLayout.JAVA_BYTE, 9, (byte) (forged.get(ValueLayout.JAVA_BYTE, 9) ^ 4));
                return isRight
                        && open(opening, sealed)
                        && sealed.asSlice(0, PLAIN_BYTES).mismatch(plain) == -1
                        && !open(opening, forged);
            }
        }
    }

    private static boolean open(Aead opening, MemorySegment record) {
        return opening.open(
                EXPLICIT_NONCE, EPOCH_AND_SEQUENCE, DtlsRecord.APPLICATION_DATA, record, 0, PLAIN_BYTES, record, 0);
    }
}
