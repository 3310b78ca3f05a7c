package badger.handshake;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The mesh's pre-shared key: kept off the heap, wiped on {@link #close}, never printed. Any thread. */
public final class Psk implements AutoCloseable {
    /** OpenSSL's bound for a pre-shared key, PSK_MAX_PSK_LEN; a longer one could not be used with it. */
    static final int LONGEST_BYTES = 512;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes;

    private Psk(byte[] key) {
        bytes = arena.allocate(key.length);
        MemorySegment.copy(key, 0, bytes, ValueLayout.JAVA_BYTE, 0, key.length);
    }

    /** The UTF-8 bytes of what the user gave. */
    public static Psk of(String text) {
        byte[] key = text.getBytes(StandardCharsets.UTF_8);
        try {
            return of(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** Takes a copy of the bytes; the caller wipes its own. */
    public static Psk of(byte[] key) {
        if (key.length == 0 || key.length > LONGEST_BYTES) {
            throw new IllegalArgumentException(
                    "the pre-shared key has " + key.length + " bytes; it must have 1 to " + LONGEST_BYTES);
        }
        return new Psk(key);
    }

    public int length() {
        return (int) bytes.byteSize();
    }

    /** A copy for bctls, which wipes it after use. */
    byte[] copy() {
        return bytes.toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            bytes.fill((byte) 0);
            arena.close();
        }
    }

    @Override
    public String toString() {
        return "Psk[" + length() + " bytes]";
    }
}
