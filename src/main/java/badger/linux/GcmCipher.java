package badger.linux;

import java.lang.foreign.MemorySegment;

/**
 * AES-128-GCM with one key and one direction, by a library of this machine. One thread at a time; native segments only;
 * no call allocates. The key schedule lies in native memory and is wiped on {@link #close}.
 */
public interface GcmCipher extends AutoCloseable {
    int KEY_BYTES = 16;
    int NONCE_BYTES = 12;
    int TAG_BYTES = 16;

    /**
     * Encrypts {@code length} bytes and writes the ciphertext and then the tag to {@code out}, which may be {@code in}
     * at the same place but must not overlap it otherwise.
     *
     * @param nonce {@link #NONCE_BYTES}, never used with this key before
     * @return the bytes written, {@code length + TAG_BYTES}
     * @throws IllegalStateException if the cipher is closed or has the other direction
     */
    int seal(
            MemorySegment nonce,
            MemorySegment aad,
            long aadLength,
            MemorySegment in,
            long inAt,
            int length,
            MemorySegment out,
            long outAt);

    /**
     * Decrypts {@code length} bytes of ciphertext, which the tag follows, and writes as many of plaintext to
     * {@code out}, which may be {@code in} at the same place.
     *
     * @return false if the tag is wrong; {@code out} then holds bytes that nobody must use
     * @throws IllegalStateException if the cipher is closed or has the other direction
     */
    boolean open(
            MemorySegment nonce,
            MemorySegment aad,
            long aadLength,
            MemorySegment in,
            long inAt,
            int length,
            MemorySegment out,
            long outAt);

    /** Wipes the key schedule. Safe to call twice, as long as the owner's arena is open. */
    @Override
    void close();
}
