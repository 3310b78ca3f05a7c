package badger.aead;

import badger.linux.IpsecMbGcm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** AES-GCM of Intel's libIPSec_MB, where it is installed: vector code, one call a record, no copy, keys off the heap. */
final class IpsecMbAeadBackend implements AeadBackend {
    static boolean isAvailable() {
        return IpsecMbGcm.isAvailable();
    }

    @Override
    public String name() {
        return "ipsec-mb";
    }

    @Override
    public Aead sealing(MemorySegment key, int salt, ConnectionId connectionId) {
        return new IpsecMbAead(key, salt, connectionId, true);
    }

    @Override
    public Aead opening(MemorySegment key, int salt, ConnectionId connectionId) {
        return new IpsecMbAead(key, salt, connectionId, false);
    }

    private static final class IpsecMbAead implements Aead {
        // Shared, because the thread that closes is not the one that seals.
        private final Arena arena = Arena.ofShared();
        private final MemorySegment nonce = arena.allocate(GcmInputs.NONCE_BYTES);
        private final MemorySegment additionalData;
        private final int additionalDataBytes;
        private final GcmInputs inputs;
        private final IpsecMbGcm cipher;

        IpsecMbAead(MemorySegment key, int salt, ConnectionId connectionId, boolean isSealing) {
            additionalDataBytes = GcmInputs.additionalDataBytes(connectionId);
            additionalData = arena.allocate(additionalDataBytes);
            inputs = new GcmInputs(nonce, additionalData, salt, connectionId);
            cipher = new IpsecMbGcm(arena, key, isSealing);
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
