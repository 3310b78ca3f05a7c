package badger.dtls;

import java.lang.foreign.MemorySegment;

/** Makes {@link Aead}s with one library. Any thread. Chosen by {@link Aeads}. */
public interface AeadBackend {
    /** What the log and {@code --aead} call it: {@code ipsec-mb}, {@code openssl} or {@code jce}. */
    String name();

    /**
     * For the direction in which we send.
     *
     * @param key native segment of {@link Aead#KEY_BYTES}; copied, so the caller wipes its own
     * @param salt the first four bytes of every nonce, big endian
     */
    Aead sealing(MemorySegment key, int salt);

    /** As {@link #sealing}, for the other direction. */
    Aead opening(MemorySegment key, int salt);
}
