package badger.aead;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The JDK's own AES-GCM: always there, so that Badger runs on a bare machine. It allocates for every record, and the
 * JDK keeps its copies of the key on the heap, where they are left to the garbage collector.
 */
final class JceAeadBackend implements AeadBackend {
    @Override
    public String name() {
        return "jce";
    }

    @Override
    public Aead sealing(MemorySegment key, int salt, ConnectionId connectionId) {
        return new JceAead(key, salt, connectionId);
    }

    @Override
    public Aead opening(MemorySegment key, int salt, ConnectionId connectionId) {
        return new JceAead(key, salt, connectionId);
    }

    private static final class JceAead implements Aead {
        private final Cipher cipher;
        private final SecretKeySpec key;
        private final byte[] nonce = new byte[GcmInputs.NONCE_BYTES];
        private final byte[] additionalData;
        private final GcmInputs inputs;

        JceAead(MemorySegment nativeKey, int salt, ConnectionId connectionId) {
            additionalData = new byte[GcmInputs.additionalDataBytes(connectionId)];
            inputs = new GcmInputs(
                    MemorySegment.ofArray(nonce), MemorySegment.ofArray(additionalData), salt, connectionId);
            byte[] bytes = nativeKey.asSlice(0, KEY_BYTES).toArray(ValueLayout.JAVA_BYTE);
            try {
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no AES/GCM/NoPadding", e);
            }
            key = new SecretKeySpec(bytes, "AES");
            Arrays.fill(bytes, (byte) 0);
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
            try {
                begin(Cipher.ENCRYPT_MODE, explicitNonce, epochAndSequence, type, length);
                cipher.doFinal(
                        source.asSlice(sourceAt, length).asByteBuffer(),
                        target.asSlice(targetAt, length + TAG_BYTES).asByteBuffer());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM could not seal", e);
            }
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
            try {
                begin(Cipher.DECRYPT_MODE, explicitNonce, epochAndSequence, type, length);
                cipher.doFinal(
                        source.asSlice(sourceAt, length + TAG_BYTES).asByteBuffer(),
                        target.asSlice(targetAt, length).asByteBuffer());
                return true;
            } catch (AEADBadTagException forged) {
                return false;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM could not open", e);
            }
        }

        @Override
        public void close() {
            // The JDK gives no way to wipe a Cipher; dropping the references is all there is.
            Arrays.fill(nonce, (byte) 0);
        }

        private void begin(int mode, long explicitNonce, long epochAndSequence, int type, int length)
                throws GeneralSecurityException {
            inputs.begin(explicitNonce, epochAndSequence, type, length);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
            cipher.updateAAD(additionalData);
        }
    }
}
