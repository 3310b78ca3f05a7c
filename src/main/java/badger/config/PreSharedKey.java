package badger.config;

import java.util.Arrays;

/** The key that all nodes of a network share. It is never printed; {@link #close} wipes it. */
public final class PreSharedKey implements AutoCloseable {
    /** Below this length in bytes a key can be guessed from one captured handshake. */
    static final int STRONG_BYTES = 16;

    private final byte[] bytes;

    /** Keeps a copy of its own. */
    public PreSharedKey(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A copy, which the caller wipes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "PreSharedKey[hidden]";
    }
}
