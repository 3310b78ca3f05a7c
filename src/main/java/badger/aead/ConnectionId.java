package badger.aead;

import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The connection ID that all protected records of one direction carry, and so the form of these records: that of RFC
 * 9146, or with {@link #NONE} that of RFC 6347. Immutable; any thread.
 */
public final class ConnectionId {
    public static final ConnectionId NONE = new ConnectionId(new byte[0]);

    /** The longest that a peer may ask for: more than anybody needs, and every record to that peer has to carry it. */
    public static final int MOST_BYTES = 32;

    /** Record header and explicit nonce, without a connection ID. */
    public static final int LEAST_HEADER_BYTES = DtlsRecord.HEADER_BYTES + Aead.EXPLICIT_NONCE_BYTES;

    private final byte[] bytes;
    private final MemorySegment segment;
    /** The ID as a number, if it is as long as ours; it is then written at once. */
    private final int value;

    private ConnectionId(byte[] bytes) {
        this.bytes = bytes;
        segment = MemorySegment.ofArray(bytes);
        value = bytes.length == DtlsRecord.CONNECTION_ID_BYTES
                ? ByteBuffer.wrap(bytes).getInt()
                : 0;
    }

    /**
     * The ID of these bytes.
     *
     * @param bytes copied; an empty one is the same as none (RFC 9146, section 3)
     */
    public static ConnectionId of(byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            throw new IllegalArgumentException("connection ID of " + bytes.length + " bytes");
        }
        return bytes.length == 0 ? NONE : new ConnectionId(bytes.clone());
    }

    public static ConnectionId of(int value) {
        return new ConnectionId(ByteBuffer.allocate(DtlsRecord.CONNECTION_ID_BYTES)
                .putInt(value)
                .array());
    }

    public boolean isPresent() {
        return bytes.length > 0;
    }

    /** In bytes, 0 for none. */
    public int length() {
        return bytes.length;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** The type in the header of a record with content of this type. */
    public int outerType(int contentType) {
        return isPresent() ? DtlsRecord.TLS12_CID : contentType;
    }

    /** How many bytes of a plaintext are its content type. */
    public int innerTypeBytes() {
        return isPresent() ? 1 : 0;
    }

    /** Record header and explicit nonce. */
    public int headerBytes() {
        return LEAST_HEADER_BYTES + bytes.length;
    }

    /** What a record has beside its content, in bytes, as long as there is no padding. */
    public int overheadBytes() {
        return headerBytes() + innerTypeBytes() + Aead.TAG_BYTES;
    }

    /** Writes the {@link #headerBytes} of a record; its explicit nonce is the epoch and sequence again. */
    public void putHeader(MemorySegment target, long at, int outerType, long epochAndSequence, int fragmentBytes) {
        int idBytes = bytes.length;
        DtlsRecord.putHeader(target, at, outerType, epochAndSequence, idBytes, fragmentBytes);
        if (idBytes == DtlsRecord.CONNECTION_ID_BYTES) {
            DtlsRecord.putConnectionId(target, at, value);
        } else if (idBytes > 0) {
            MemorySegment.copy(segment, 0, target, at + DtlsRecord.CONNECTION_ID_OFFSET, idBytes);
        }
        DtlsRecord.putExplicitNonce(target, at + idBytes, epochAndSequence);
    }
}
