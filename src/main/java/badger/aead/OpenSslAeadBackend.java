package badger.aead;

import badger.linux.AesGcmCipher;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** AES-GCM of OpenSSL 3, where libcrypto.so.3 is installed: no copy, no garbage, keys off the heap. */
final class OpenSslAeadBackend implements AeadBackend {
    static boolean isAvailable() {
        return AesGcmCipher.isAvailable();
    }

    @Override
    public String name() {
        return "openssl";
    }

    @Override
    public Aead sealing(MemorySegment key, int salt, ConnectionId connectionId) {
        return new OpenSslAead(key, salt, connectionId, true);
    }

    @Override
    public Aead opening(MemorySegment key, int salt, ConnectionId connectionId) {
        return new OpenSslAead(key, salt, connectionId, false);
    }

    private static final class OpenSslAead implements Aead {
        // Shared, because the thread that closes is not the one that seals.
        private final Arena arena = Arena.ofShared();
        private final MemorySegment nonce = arena.allocate(GcmInputs.NONCE_BYTES);
        private final MemorySegment additionalData;
        private final int additionalDataBytes;
        private final GcmInputs inputs;
        private final AesGcmCipher cipher;

        OpenSslAead(MemorySegment key, int salt, ConnectionId connectionId, boolean isSealing) {
            additionalDataBytes = GcmInputs.additionalDataBytes(connectionId);
            additionalData = arena.allocate(additionalDataBytes);
            inputs = new GcmInputs(nonce, additionalData, salt, connectionId);
            cipher = new AesGcmCipher(arena, key, isSealing);
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
