package badger.aead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.OwnsTheJvm;
import badger.testing.WatchedBackend;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@OwnsTheJvm
final class AeadsTest {
    private static final AeadBackend JCE = Aeads.named("jce");

    @Test
    void everyBackendHereGivesTheKnownAnswer() {
        for (AeadBackend backend : Aeads.present()) {
            assertTrue(Aeads.givesKnownAnswer(backend), backend.name());
        }
    }

    @Test
    void everyBackendHereAgreesWithTheJdkOnRandomRecords() {
        Random random = new Random(11);
        for (AeadBackend backend : Aeads.present()) {
            for (int round = 0; round < 300; round++) {
                assertTrue(agreesWithJce(backend, random), backend.name() + ", round " + round);
            }
        }
    }

    private static boolean agreesWithJce(AeadBackend backend, Random random) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = randomSegment(arena, Aead.KEY_BYTES, random);
            int salt = random.nextInt();
            int length = random.nextInt(1_500);
            MemorySegment plain = randomSegment(arena, length, random);
            MemorySegment sealed = arena.allocate(length + Aead.TAG_BYTES);
            MemorySegment expected = arena.allocate(length + Aead.TAG_BYTES);
            long nonce = random.nextLong();
            long sequence = random.nextLong();
            int type = DtlsRecord.APPLICATION_DATA;
            try (Aead sealing = backend.sealing(key, salt);
                    Aead opening = backend.opening(key, salt);
                    Aead reference = Aeads.named("jce").sealing(key, salt)) {
                sealing.seal(nonce, sequence, type, plain, 0, length, sealed, 0);
                reference.seal(nonce, sequence, type, plain, 0, length, expected, 0);
                return sealed.mismatch(expected) == -1
                        && opening.open(nonce, sequence, type, sealed, 0, length, sealed, 0)
                        && sealed.asSlice(0, length).mismatch(plain) == -1;
            }
        }
    }

    private static MemorySegment randomSegment(Arena arena, int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return arena.allocate(length).copyFrom(MemorySegment.ofArray(bytes));
    }

    @Test
    void backendThatSealsWronglyIsFoundOut() {
        AeadBackend wrong = new Altered("wrong", 1, 0);
        assertFalse(Aeads.givesKnownAnswer(wrong));
    }

    @Test
    void theFasterOfTwoThatAgreeIsTaken() {
        AeadBackend slow = new Altered("slow", 0, 10_000_000);
        AeadBackend fast = new Altered("fast", 0, 0);
        AeadTrial trial = new AeadTrial(new Random(3));
        assertSame(fast, Aeads.preferred(List.of(slow, fast, JCE), trial));
        assertSame(fast, Aeads.preferred(List.of(fast, slow, JCE), trial));
        assertSame(slow, Aeads.preferred(List.of(slow, JCE), trial), "the JDK's is for where there is nothing else");
        assertSame(JCE, Aeads.preferred(List.of(JCE), trial));
        assertSame(JCE, Aeads.preferred(List.of(new Altered("wrong", 1, 0), JCE), trial));
    }

    /** Two that are about as fast would otherwise be chosen between by chance, at each start anew. */
    @Test
    void ofTwoThatAreAboutAsFastTheFirstIsTaken() {
        AeadBackend one = new Altered("one", 0, 2_000_000);
        AeadBackend other = new Altered("other", 0, 1_500_000);
        AeadTrial trial = new AeadTrial(new Random(5));
        assertSame(one, Aeads.preferred(List.of(one, other, JCE), trial));
        assertSame(other, Aeads.preferred(List.of(other, one, JCE), trial));
    }

    @Test
    void whereTwoDisagreeTheJdkDecides() {
        // Right for the known answer, but wrong for what else comes.
        AeadBackend treacherous = new Altered("treacherous", 0, 0) {
            @Override
            public Aead sealing(MemorySegment key, int salt, ConnectionId connectionId) {
                boolean isKnown = salt == 0xCAFEBABE;
                return JCE.sealing(key, isKnown ? salt : salt + 1, connectionId);
            }
        };
        AeadBackend honest = new Altered("honest", 0, 200_000);
        AeadTrial trial = new AeadTrial(new Random(4));
        assertFalse(trial.doTheSame(treacherous, honest));
        assertTrue(trial.doTheSame(honest, JCE));
        assertSame(honest, Aeads.preferred(List.of(treacherous, honest, JCE), trial));
    }

    /** The virtual machine begins a profile after 200 calls; that of the data path is to show the chosen one alone. */
    @Test
    void theTrialOfTwoIsTooShortForAProfile() {
        WatchedBackend one = new WatchedBackend(JCE, () -> {});
        WatchedBackend other = new WatchedBackend(JCE, () -> {});
        Aeads.preferred(List.of(one, other, JCE), new AeadTrial(new Random(6)));
        assertTrue(one.seals.get() + other.seals.get() < 150, one.seals + " and " + other.seals);
        assertTrue(one.opens.get() + other.opens.get() < 150, one.opens + " and " + other.opens);
        assertTrue(one.opens.get() > 0 && other.opens.get() > 0);
    }

    @Test
    void backendsAreFoundByName() {
        assertEquals("jce", Aeads.named("jce").name());
        assertEquals("openssl", Aeads.named("openssl").name());
        List<String> names = Aeads.present().stream().map(AeadBackend::name).toList();
        assertTrue(names.contains(Aeads.preferred().name()));
        IllegalArgumentException unknown = assertThrows(IllegalArgumentException.class, () -> Aeads.named("rot13"));
        assertTrue(unknown.getMessage().contains("openssl, jce"), unknown.getMessage());
    }

    /** The JDK's, under another name and made wrong or slow. */
    private static class Altered implements AeadBackend {
        private final String name;
        private final int saltError;
        private final long delayNanos;

        Altered(String name, int saltError, long delayNanos) {
            this.name = name;
            this.saltError = saltError;
            this.delayNanos = delayNanos;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Aead sealing(MemorySegment key, int salt, ConnectionId connectionId) {
            Aead sealing = JCE.sealing(key, salt + saltError, connectionId);
            return delayNanos == 0 ? sealing : new Delayed(sealing, delayNanos);
        }

        @Override
        public Aead opening(MemorySegment key, int salt, ConnectionId connectionId) {
            return JCE.opening(key, salt + saltError, connectionId);
        }
    }

    private record Delayed(Aead cipher, long nanos) implements Aead {
        @Override
        public void seal(
                long explicitNonce,
                long epochAndSequence,
                int type,
                MemorySegment source,
                long sourceAt,
                int length,
                MemorySegment target,
                long targetAt) {
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            cipher.seal(explicitNonce, epochAndSequence, type, source, sourceAt, length, target, targetAt);
        }

        @Override
        public boolean open(
                long explicitNonce,
                long epochAndSequence,
                int type,
                MemorySegment source,
                long sourceAt,
                int length,
                MemorySegment target,
                long targetAt) {
            return cipher.open(explicitNonce, epochAndSequence, type, source, sourceAt, length, target, targetAt);
        }

        @Override
        public void close() {
            cipher.close();
        }
    }
}
