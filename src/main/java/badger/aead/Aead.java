package badger.aead;

import java.lang.foreign.MemorySegment;

/**
 * AES-128-GCM under one key, as RFC 5288 uses it in DTLS 1.2. An instance serves one direction (it either seals or
 * opens) and one thread at a time; all segments are native.
 *
 * <p>The nonce is the key's four-byte salt and the eight-byte explicit nonce. The additional data is that of RFC 5246,
 * section 6.2.3.3: epoch and sequence (8 bytes), type (1), version FE FD (2), plaintext length (2). With a connection
 * ID it is that of RFC 9146, section 5.3, and the plaintext ends with the content type and padding.
 */
public interface Aead extends AutoCloseable {
    int KEY_BYTES = 16;
    int SALT_BYTES = 4;
    int EXPLICIT_NONCE_BYTES = 8;
    int TAG_BYTES = 16;

    /**
     * Writes {@code length} bytes of ciphertext and the tag to the target. Source and target are the same place or do
     * not overlap.
     *
     * @param explicitNonce the eight bytes of the record that follow its header; never the same twice
     * @param epochAndSequence the eight bytes of the header, epoch in the upper 16 bits
     * @param type the content type in the record's header
     */
    void seal(
            long explicitNonce,
            long epochAndSequence,
            int type,
            MemorySegment source,
            long sourceAt,
            int length,
            MemorySegment target,
            long targetAt);

    /**
     * Reads {@code length} bytes of ciphertext and the tag behind them and writes the plaintext. Source and target are
     * the same place or do not overlap.
     *
     * @param length the ciphertext without its tag
     * @return false if the tag does not verify; the target then holds nothing of use
     */
    boolean open(
            long explicitNonce,
            long epochAndSequence,
            int type,
            MemorySegment source,
            long sourceAt,
            int length,
            MemorySegment target,
            long targetAt);

    /** Wipes and frees the key. Nothing may be sealed or opened afterwards. */
    @Override
    void close();
}
