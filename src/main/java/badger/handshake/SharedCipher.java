package badger.handshake;

import badger.aead.Aead;
import badger.aead.ConnectionId;
import badger.record.SequenceNumbers;
import badger.wire.DtlsRecord;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;

/**
 * What bctls seals and opens its own records with. It ignores the number bctls chose and draws one from the counter it
 * shares with the fast path; {@link FlightTransport} writes that number into the header. Used by the association's
 * thread.
 *
 * <p>With connection IDs (RFC 9146) only opening a record tells whether it is bctls's. While bctls shakes hands,
 * records with application data are kept from it here, as if they were forged. It would drop the data, but take their
 * numbers into its window of 64, and a late Finished would then be too old.
 */
final class SharedCipher implements TlsCipher {
    private static final int PROTECTION_BYTES = Aead.EXPLICIT_NONCE_BYTES + Aead.TAG_BYTES;

    private final AssociationKeys keys;
    private final ControlQueue records;
    private final ConnectionId ownId;
    private final ConnectionId peersId;

    /** @param records the queue that the records to be decoded come from */
    SharedCipher(AssociationKeys keys, ControlQueue records) {
        this.keys = keys;
        this.records = records;
        ownId = keys.ids.own();
        peersId = keys.ids.peers();
    }

    @Override
    public TlsEncodeResult encodePlaintext(
            long bctlsSequence,
            short contentType,
            ProtocolVersion recordVersion,
            int headerAllocation,
            byte[] plaintext,
            int offset,
            int length)
            throws IOException {
        long sequence = keys.sequenceNumbers.draw(DtlsRecord.MAXIMUM_SEQUENCE);
        if (sequence == SequenceNumbers.USED_UP || !ProtocolVersion.DTLSv12.equals(recordVersion)) {
            throw new TlsFatalAlert(AlertDescription.internal_error);
        }
        long epochAndSequence = DtlsRecord.epochAndSequenceOf(DtlsRecord.epochOf(bctlsSequence), sequence);
        short recordType = (short) peersId.outerType(contentType);
        int plainBytes = length + peersId.innerTypeBytes();
        byte[] record = new byte[headerAllocation + PROTECTION_BYTES + plainBytes];
        ByteBuffer.wrap(record).putLong(headerAllocation, epochAndSequence);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment work = arena.allocate(plainBytes + Aead.TAG_BYTES);
            MemorySegment.copy(plaintext, offset, work, ValueLayout.JAVA_BYTE, 0, length);
            // Without a connection ID it is not part of the plaintext, and the tag overwrites it.
            work.set(ValueLayout.JAVA_BYTE, length, (byte) contentType);
            keys.controlWriter.seal(epochAndSequence, epochAndSequence, recordType, work, 0, plainBytes, work, 0);
            int ciphertextAt = headerAllocation + Aead.EXPLICIT_NONCE_BYTES;
            MemorySegment.copy(work, ValueLayout.JAVA_BYTE, 0, record, ciphertextAt, plainBytes + Aead.TAG_BYTES);
        }
        return new TlsEncodeResult(record, 0, record.length, recordType);
    }

    @Override
    public TlsDecodeResult decodeCiphertext(
            long epochAndSequence,
            short recordType,
            ProtocolVersion recordVersion,
            byte[] ciphertext,
            int offset,
            int length)
            throws IOException {
        if (records.hasTakenOpened()) {
            // Type and content, from the fast path.
            return new TlsDecodeResult(ciphertext, offset + 1, length - 1, ciphertext[offset]);
        }
        int plaintextLength = length - PROTECTION_BYTES;
        // Only bad_record_mac is dropped by bctls in silence; any other alert would end the association.
        if (plaintextLength < 0 || !ProtocolVersion.DTLSv12.equals(recordVersion)) {
            throw new TlsFatalAlert(AlertDescription.bad_record_mac);
        }
        long explicitNonce = ByteBuffer.wrap(ciphertext).getLong(offset);
        byte[] plaintext = new byte[plaintextLength];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment work = arena.allocate(plaintextLength + Aead.TAG_BYTES);
            int ciphertextAt = offset + Aead.EXPLICIT_NONCE_BYTES;
            MemorySegment.copy(
                    ciphertext, ciphertextAt, work, ValueLayout.JAVA_BYTE, 0, plaintextLength + Aead.TAG_BYTES);
            if (!keys.controlReader.open(
                    explicitNonce, epochAndSequence, recordType, work, 0, plaintextLength, work, 0)) {
                throw new TlsFatalAlert(AlertDescription.bad_record_mac);
            }
            MemorySegment.copy(work, ValueLayout.JAVA_BYTE, 0, plaintext, 0, plaintextLength);
        }
        return ownId.isPresent()
                ? withoutTypeAndPadding(plaintext)
                : new TlsDecodeResult(plaintext, 0, plaintextLength, recordType);
    }

    private static TlsDecodeResult withoutTypeAndPadding(byte[] plaintext) throws IOException {
        int length = plaintext.length;
        short type = 0;
        while (type == 0 && length > 0) {
            length--;
            type = plaintext[length];
        }
        if (type != ContentType.alert && type != ContentType.handshake) {
            throw new TlsFatalAlert(AlertDescription.bad_record_mac);
        }
        return new TlsDecodeResult(plaintext, 0, length, type);
    }

    @Override
    public int getCiphertextDecodeLimit(int plaintextLimit) {
        return plaintextLimit + ownId.innerTypeBytes() + PROTECTION_BYTES;
    }

    @Override
    public int getCiphertextEncodeLimit(int plaintextLimit) {
        return plaintextLimit + peersId.innerTypeBytes() + PROTECTION_BYTES;
    }

    @Override
    public int getPlaintextDecodeLimit(int ciphertextLimit) {
        return ciphertextLimit - PROTECTION_BYTES - ownId.innerTypeBytes();
    }

    @Override
    public int getPlaintextEncodeLimit(int ciphertextLimit) {
        return ciphertextLimit - PROTECTION_BYTES - peersId.innerTypeBytes();
    }

    /** KeyUpdate is TLS 1.3. */
    @Override
    public void rekeyDecoder() throws IOException {
        throw new TlsFatalAlert(AlertDescription.internal_error);
    }

    @Override
    public void rekeyEncoder() throws IOException {
        throw new TlsFatalAlert(AlertDescription.internal_error);
    }

    @Override
    public boolean usesOpaqueRecordTypeDecode() {
        return ownId.isPresent();
    }

    @Override
    public boolean usesOpaqueRecordTypeEncode() {
        return peersId.isPresent();
    }
}
