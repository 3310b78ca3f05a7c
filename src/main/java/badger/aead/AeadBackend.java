package badger.aead;

import java.lang.foreign.MemorySegment;

/** Makes {@link Aead}s with one library. Any thread. Chosen by {@link Aeads}. */
public interface AeadBackend {
    /** What the log and {@code --aead} call it: {@code ipsec-mb}, {@code openssl} or {@code jce}. */
    String name();

    /**
     * A cipher for the direction in which we send.
     *
     * @param key native segment of {@link Aead#KEY_BYTES}; copied, so the caller wipes its own
     * @param salt the first four bytes of every nonce, big endian
     * @param connectionId of the records of this direction, which the tag covers
     */
    Aead sealing(MemorySegment key, int salt, ConnectionId connectionId);

    /** As {@link #sealing}, for the other direction. */
    Aead opening(MemorySegment key, int salt, ConnectionId connectionId);

    /** For records without a connection ID. */
    default Aead sealing(MemorySegment key, int salt) {
        return sealing(key, salt, ConnectionId.NONE);
    }

    /** As {@link #sealing(MemorySegment, int)}, for the other direction. */
    default Aead opening(MemorySegment key, int salt) {
        return opening(key, salt, ConnectionId.NONE);
    }
}
