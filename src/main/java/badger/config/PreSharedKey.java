package badger.config;

import java.util.Arrays;

/** The key that all nodes of a mesh share. It is never printed. {@link #close} wipes it. */
public final class PreSharedKey implements AutoCloseable {
    /** A key with fewer bytes can be guessed from one captured handshake. */
    static final int STRONG_BYTES = 16;

    private final byte[] bytes;

    /** Copies {@code bytes}. */
    public PreSharedKey(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A copy, which the caller must wipe. */
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
