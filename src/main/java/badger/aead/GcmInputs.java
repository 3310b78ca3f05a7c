package badger.aead;

import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What AES-GCM is given beside key and text, in two segments that belong to the cipher: the nonce of RFC 5288, section
 * 3 (salt, explicit nonce), and the additional data.
 *
 * <p>The additional data is, by RFC 5246, section 6.2.3.3: epoch and sequence, type, version, length. With a connection
 * ID it is, by RFC 9146, section 5.3: eight bytes of ones, type, length of the ID, type, version, epoch and sequence,
 * the ID, length. The type of the record's header stands at the same place in both.
 */
final class GcmInputs {
    static final int NONCE_BYTES = Aead.SALT_BYTES + Aead.EXPLICIT_NONCE_BYTES;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int TYPE_AT = Long.BYTES;
    private static final int VERSION_AT = TYPE_AT + Byte.BYTES;
    private static final int PLAIN_BYTES = VERSION_AT + 2 * Short.BYTES;

    private static final int ID_LENGTH_AT = TYPE_AT + Byte.BYTES;
    private static final int SECOND_TYPE_AT = ID_LENGTH_AT + Byte.BYTES;
    private static final int SECOND_VERSION_AT = SECOND_TYPE_AT + Byte.BYTES;
    private static final int LATE_SEQUENCE_AT = SECOND_VERSION_AT + Short.BYTES;
    private static final int ID_AT = LATE_SEQUENCE_AT + Long.BYTES;

    private final MemorySegment nonce;
    private final MemorySegment additionalData;
    private final int sequenceAt;
    private final int lengthAt;

    /**
     * Writes all that is the same for every record.
     *
     * @param nonce of {@link #NONCE_BYTES}
     * @param additionalData of {@link #additionalDataBytes}
     */
    GcmInputs(MemorySegment nonce, MemorySegment additionalData, int salt, ConnectionId connectionId) {
        this.nonce = nonce;
        this.additionalData = additionalData;
        nonce.set(U32, 0, salt);
        lengthAt = additionalDataBytes(connectionId) - Short.BYTES;
        if (connectionId.isPresent()) {
            sequenceAt = LATE_SEQUENCE_AT;
            additionalData.set(U64, 0, -1);
            additionalData.set(ValueLayout.JAVA_BYTE, ID_LENGTH_AT, (byte) connectionId.length());
            additionalData.set(ValueLayout.JAVA_BYTE, SECOND_TYPE_AT, (byte) DtlsRecord.TLS12_CID);
            additionalData.set(U16, SECOND_VERSION_AT, (short) DtlsRecord.VERSION_1_2);
            byte[] bytes = connectionId.bytes();
            MemorySegment.copy(bytes, 0, additionalData, ValueLayout.JAVA_BYTE, ID_AT, bytes.length);
        } else {
            sequenceAt = 0;
            additionalData.set(U16, VERSION_AT, (short) DtlsRecord.VERSION_1_2);
        }
    }

    static int additionalDataBytes(ConnectionId connectionId) {
        return connectionId.isPresent() ? ID_AT + connectionId.length() + Short.BYTES : PLAIN_BYTES;
    }

    /** Writes what differs from record to record. */
    void begin(long explicitNonce, long epochAndSequence, int type, int length) {
        nonce.set(U64, Aead.SALT_BYTES, explicitNonce);
        additionalData.set(U64, sequenceAt, epochAndSequence);
        additionalData.set(ValueLayout.JAVA_BYTE, TYPE_AT, (byte) type);
        additionalData.set(U16, lengthAt, (short) length);
    }
}
