package badger.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.BeforeAll;

final class AesGcmCipherTest extends GcmCipherContract {
    @BeforeAll
    static void libcryptoIsThere() {
        assertTrue(AesGcmCipher.isAvailable(), "These tests need libcrypto.so.3 (Debian: apt-get install libssl3).");
        assertTrue(AesGcmCipher.version().startsWith("OpenSSL 3."), AesGcmCipher.version());
    }

    @Override
    GcmCipher cipher(Arena ownerArena, MemorySegment key, boolean isEncrypting) {
        return new AesGcmCipher(ownerArena, key, isEncrypting);
    }
}
