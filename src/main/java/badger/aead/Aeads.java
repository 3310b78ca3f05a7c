package badger.aead;

import badger.linux.AesGcmCipher;
import badger.linux.IpsecMbGcm;
import badger.wire.DtlsRecord;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Chooses the {@link AeadBackend}, once at start. The candidates are the native libraries that give the known answer
 * and agree with each other about random records. The one with the fewest calls for a record is taken, unless another
 * is clearly faster on this machine.
 *
 * <p>Where there is no native library, the JDK's own serves. It is left out of the race otherwise: it makes garbage for
 * each record, and {@code RecordProtectionBenchmark} has never seen it win.
 */
public final class Aeads {
    private static final System.Logger LOG = System.getLogger(Aeads.class.getName());

    private static final JceAeadBackend JCE = new JceAeadBackend();

    /** A later candidate is taken only if it is more than this many times as fast. */
    private static final int CLEARLY = 2;

    private static final int SALT = 0xCAFEBABE;
    private static final long EXPLICIT_NONCE = 0x0001_0000_0000_0005L;
    private static final long EPOCH_AND_SEQUENCE = 0x0001_0000_0000_0007L;
    private static final int PLAIN_BYTES = 53;

    /**
     * AES-128-GCM of the bytes 0, 7, 14 ... under the key 0, 1, 2 ..., tag included, as two other implementations (the
     * JDK's and Python's cryptography) compute it. Comparing with the JDK's own at start would cost a third of a
     * second.
     */
    private static final byte[] KNOWN_ANSWER = HexFormat.of()
            .parseHex("c1a92b38af255c763367686b2f02228aade6c2e5d4f245d88cce12d016f589e600c2d470e7749d27b4"
                    + "bbaa0485d3cc4ed1374bc46a4220b094847d07bb70f936fb8805ed1b");

    private Aeads() {}

    /**
     * The first backend that works here, which needs the fewest calls for a record, or a later one that is more than
     * twice as fast. The trial sees the speed of the cipher alone, while at 1,400 bytes the calls weigh more than the
     * cipher.
     */
    public static AeadBackend preferred() {
        return preferred(present(), new AeadTrial(new Random()));
    }

    /** As {@link #preferred()}, of these in the order of preference; the last is the slowest and the most trusted. */
    static AeadBackend preferred(List<AeadBackend> candidates, AeadTrial trial) {
        AeadBackend judge = candidates.getLast();
        List<AeadBackend> sound = candidates.subList(0, candidates.size() - 1).stream()
                .filter(Aeads::givesKnownAnswer)
                .toList();
        if (sound.size() > 1 && !agree(sound, trial)) {
            LOG.log(Level.WARNING, "libraries for AES-GCM disagree; the JDK's own decides which of them to use");
            sound = sound.stream().filter(each -> trial.doTheSame(each, judge)).toList();
        }
        Optional<AeadBackend> chosen = preferredOf(sound, trial);
        if (chosen.isEmpty() && !givesKnownAnswer(judge)) {
            throw new IllegalStateException("no cipher backend passes its self-test, not even the JDK's");
        }
        return chosen.orElse(judge);
    }

    private static boolean agree(List<AeadBackend> backends, AeadTrial trial) {
        return backends.stream().skip(1).allMatch(each -> trial.doTheSame(backends.getFirst(), each));
    }

    private static Optional<AeadBackend> preferredOf(List<AeadBackend> sound, AeadTrial trial) {
        if (sound.size() < 2) {
            return sound.stream().findFirst();
        }
        AeadBackend chosen = null;
        long shortest = Long.MAX_VALUE;
        for (AeadBackend each : sound) {
            long nanos = trial.nanos(each);
            LOG.log(Level.DEBUG, "AES-GCM of {0}: {1} ns to seal and open the longest record", each.name(), nanos);
            if (chosen == null || CLEARLY * nanos < shortest) {
                shortest = nanos;
                chosen = each;
            }
        }
        return Optional.ofNullable(chosen);
    }

    /**
     * The backend of that name.
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

    /** The backends of this machine: the one with the fewest calls for a record first, the JDK's own always last. */
    public static List<AeadBackend> present() {
        List<AeadBackend> present = new ArrayList<>();
        if (IpsecMbGcm.isAvailable()) {
            present.add(new NativeAeadBackend("ipsec-mb", IpsecMbGcm::new));
        }
        if (AesGcmCipher.isAvailable()) {
            present.add(new NativeAeadBackend("openssl", AesGcmCipher::new));
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
