package badger.dtls;

import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What AES-GCM is given beside key and text: the nonce of RFC 5288, section 3 (salt, explicit nonce), and the additional
 * data of RFC 5246, section 6.2.3.3 (epoch and sequence, type, version, length), each from the beginning of a segment.
 */
final class GcmInputs {
    static final int NONCE_BYTES = Aead.SALT_BYTES + Aead.EXPLICIT_NONCE_BYTES;
    static final int ADDITIONAL_DATA_BYTES = Long.BYTES + Byte.BYTES + 2 * Short.BYTES;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int TYPE_AT = Long.BYTES;
    private static final int VERSION_AT = TYPE_AT + Byte.BYTES;
    private static final int LENGTH_AT = VERSION_AT + Short.BYTES;

    private GcmInputs() {}

    static void putSalt(MemorySegment nonce, int salt) {
        nonce.set(U32, 0, salt);
    }

    static void putExplicitNonce(MemorySegment nonce, long explicitNonce) {
        nonce.set(U64, Aead.SALT_BYTES, explicitNonce);
    }

    static void putAdditionalData(MemorySegment data, long epochAndSequence, int type, int plaintextLength) {
        data.set(U64, 0, epochAndSequence);
        data.set(ValueLayout.JAVA_BYTE, TYPE_AT, (byte) type);
        data.set(U16, VERSION_AT, (short) DtlsRecord.VERSION_1_2);
        data.set(U16, LENGTH_AT, (short) plaintextLength);
    }
}
