package badger.record;

import badger.aead.Aead;
import badger.wire.DtlsHandshake;
import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Datagrams as bytes, taken apart and made up, and records sealed as a session seals them. */
public final class Records {
    /** No record: the key has sealed as many as it may, or is closed. */
    public static final int USED_UP = -1;

    private Records() {}

    /** The records of a well-formed datagram, whose connection IDs, if any, are as long as ours. */
    public static List<byte[]> of(byte[] datagram) {
        List<byte[]> records = new ArrayList<>();
        int at = 0;
        while (at < datagram.length) {
            int idBytes = idBytes(datagram[at]);
            int length = ByteBuffer.wrap(datagram).getShort(at + idBytes + 11) & 0xFFFF;
            int end = at + DtlsRecord.HEADER_BYTES + idBytes + length;
            records.add(Arrays.copyOfRange(datagram, at, end));
            at = end;
        }
        return records;
    }

    public static int epoch(byte[] record) {
        return ByteBuffer.wrap(record).getShort(3);
    }

    public static int type(byte[] record) {
        return record[0];
    }

    private static int idBytes(int type) {
        return type == DtlsRecord.TLS12_CID ? ConnectionIds.BYTES : 0;
    }

    /** The eight bytes before the ciphertext of a protected record. */
    public static long explicitNonce(byte[] record) {
        return longAt(record, DtlsRecord.HEADER_BYTES + idBytes(type(record)));
    }

    /**
     * Whether a datagram has the Finished of a handshake. With a connection ID it is told by what comes right before
     * it, the ChangeCipherSpec.
     */
    public static boolean hasProtectedHandshake(byte[] datagram) {
        List<byte[]> records = of(datagram);
        boolean hasChanged = records.stream().anyMatch(each -> type(each) == DtlsRecord.CHANGE_CIPHER_SPEC);
        return records.stream()
                .anyMatch(each -> epoch(each) == 1
                        && (type(each) == DtlsRecord.HANDSHAKE || (hasChanged && type(each) == DtlsRecord.TLS12_CID)));
    }

    public static long longAt(byte[] record, int at) {
        return ByteBuffer.wrap(record).getLong(at);
    }

    public static byte[] forged(int type, int version, int epoch, long sequence, byte[] body) {
        ByteBuffer record = ByteBuffer.allocate(DtlsRecord.HEADER_BYTES + body.length);
        record.put((byte) type).putShort((short) version).putLong((long) epoch << 48 | sequence);
        return record.putShort((short) body.length).put(body).array();
    }

    /** One with a connection ID. */
    public static byte[] forgedNamed(int connectionId, long sequence, byte[] body) {
        ByteBuffer record = ByteBuffer.allocate(DtlsRecord.HEADER_BYTES + ConnectionIds.BYTES + body.length);
        record.put((byte) DtlsRecord.TLS12_CID).putShort((short) DtlsRecord.VERSION_1_2);
        record.putLong(1L << 48 | sequence).putInt(connectionId);
        return record.putShort((short) body.length).put(body).array();
    }

    /** A table that gives none out, as if all were in use. */
    public static ConnectionIds noIds() {
        return new ConnectionIds(0);
    }

    /** How many of a table's IDs are in use. */
    public static int live(ConnectionIds ids) {
        return ids.live();
    }

    /** One sealer and no connection IDs. */
    public static RecordProtection protection(Aead writer, Aead reader, SequenceNumbers numbers, long recordLimit) {
        return new RecordProtection(
                List.of(writer),
                reader,
                AgreedIds.NONE,
                (number, type, plain, at, length) -> false,
                numbers,
                recordLimit);
    }

    /** Seals in place, by the first sealer, the bytes that lie where the record's content will. @return as the other */
    public static int seal(RecordProtection protection, MemorySegment buffer, long recordAt, int length) {
        RecordSealer sealer = protection.sealer(0);
        long sequence = sealer.reserve(1);
        return sequence == RecordSealer.NONE_LEFT ? USED_UP : sealer.sealInPlace(sequence, buffer, recordAt, length);
    }

    /** As a session does for packets. @return the length of the record, or {@link #USED_UP} */
    public static int seal(
            RecordProtection protection,
            MemorySegment source,
            long sourceAt,
            int length,
            MemorySegment target,
            long recordAt) {
        RecordSealer sealer = protection.sealer(0);
        long sequence = sealer.reserve(1);
        return sequence == RecordSealer.NONE_LEFT
                ? USED_UP
                : sealer.seal(sequence, source, sourceAt, length, target, recordAt);
    }

    public static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    public static byte[] handshake(int type, int declared, int messageSequence, int offset, int fragment, int present) {
        ByteBuffer message = ByteBuffer.allocate(DtlsHandshake.HEADER_BYTES + present);
        message.putInt(type << 24 | declared).putShort((short) messageSequence);
        message.put((byte) (offset >> 16)).putShort((short) offset);
        message.put((byte) (fragment >> 16)).putShort((short) fragment);
        return message.array();
    }
}
