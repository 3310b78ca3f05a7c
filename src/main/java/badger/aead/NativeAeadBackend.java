package badger.aead;

import badger.linux.GcmCipher;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** AES-GCM of a native library, where it is installed: no copy, no garbage, keys off the heap. */
final class NativeAeadBackend implements AeadBackend {
    private final String name;
    private final Library library;

    /** Makes the ciphers of one library. */
    @FunctionalInterface
    interface Library {
        /** As the constructors of {@code linux}: the arena outlives the cipher, the key is copied. */
        GcmCipher cipher(Arena ownerArena, MemorySegment key, boolean isEncrypting);
    }

    NativeAeadBackend(String name, Library library) {
        this.name = name;
        this.library = library;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Aead sealing(MemorySegment key, int salt, ConnectionId connectionId) {
        return new NativeAead(library, key, salt, connectionId, true);
    }

    @Override
    public Aead opening(MemorySegment key, int salt, ConnectionId connectionId) {
        return new NativeAead(library, key, salt, connectionId, false);
    }

    private static final class NativeAead implements Aead {
        // Shared, because the thread that closes is not the one that seals.
        private final Arena arena = Arena.ofShared();
        private final MemorySegment nonce = arena.allocate(GcmInputs.NONCE_BYTES);
        private final MemorySegment additionalData;
        private final int additionalDataBytes;
        private final GcmInputs inputs;
        // A node seals and opens with one library, and AeadTrial calls the others too seldom to show in the profile, so
        // that the compiler finds one class here and inlines its calls.
        private final GcmCipher cipher;

        NativeAead(Library library, MemorySegment key, int salt, ConnectionId connectionId, boolean isSealing) {
            additionalDataBytes = GcmInputs.additionalDataBytes(connectionId);
            additionalData = arena.allocate(additionalDataBytes);
            inputs = new GcmInputs(nonce, additionalData, salt, connectionId);
            cipher = library.cipher(arena, key, isSealing);
        }

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
            inputs.begin(explicitNonce, epochAndSequence, type, length);
            cipher.seal(nonce, additionalData, additionalDataBytes, source, sourceAt, length, target, targetAt);
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
            inputs.begin(explicitNonce, epochAndSequence, type, length);
            return cipher.open(nonce, additionalData, additionalDataBytes, source, sourceAt, length, target, targetAt);
        }

        @Override
        public void close() {
            cipher.close();
            if (arena.scope().isAlive()) {
                nonce.fill((byte) 0);
                arena.close();
            }
        }
    }
}
