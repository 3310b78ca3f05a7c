package badger.record;

import badger.aead.Aead;
import badger.wire.DtlsHandshake;
import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;

/**
 * Says what one record of a datagram is and where it goes, by its header and, in epoch 0, by its handshake headers.
 * Static, without state, allocates nothing; any thread.
 *
 * <p>It stands before bctls 1.84 and keeps from it what it cannot bear: epoch-1 records too short for nonce and tag,
 * for which it would end the association, and handshake fragments whose declared length it would allocate before any
 * key is checked (CVE-2026-59646).
 */
public final class RecordRouter {
    /** No message of a handshake by pre-shared key comes near this; bctls allocates what a fragment declares. */
    public static final int LONGEST_MESSAGE_BYTES = 4096;

    private static final int PROTECTION_BYTES = Aead.EXPLICIT_NONCE_BYTES + Aead.TAG_BYTES;

    private RecordRouter() {}

    /**
     * How many bytes the record at {@code at} takes, with its header.
     *
     * @param end where the datagram ends in the segment
     * @return the length, or -1 if the record is cut off: the rest of the datagram is to be dropped
     */
    public static int recordLength(MemorySegment datagram, long at, long end) {
        int remaining = (int) (end - at);
        // All connection IDs that we ask for have one length (RFC 9146, section 3).
        boolean isNamed = remaining > 0 && DtlsRecord.contentType(datagram, at) == DtlsRecord.TLS12_CID;
        int idBytes = isNamed ? ConnectionIds.BYTES : 0;
        return DtlsRecord.isComplete(datagram, at, remaining, idBytes)
                ? DtlsRecord.recordBytes(datagram, at, idBytes)
                : -1;
    }

    /** Routes a record of the length that {@link #recordLength} returned; -1 is {@link RecordRoute#TOO_SHORT}. */
    public static RecordRoute route(MemorySegment datagram, long at, int recordLength) {
        if (recordLength < DtlsRecord.HEADER_BYTES) {
            return RecordRoute.TOO_SHORT;
        }
        long start = DtlsRecord.start(datagram, at);
        int type = DtlsRecord.startType(start);
        int version = DtlsRecord.startVersion(start);
        int epoch = DtlsRecord.startEpoch(start);
        if (type == DtlsRecord.TLS12_CID) {
            return routeNamed(version, epoch, recordLength);
        }
        if (type < DtlsRecord.CHANGE_CIPHER_SPEC || type > DtlsRecord.APPLICATION_DATA) {
            return RecordRoute.NOT_DTLS;
        }
        int length = recordLength - DtlsRecord.HEADER_BYTES;
        if (epoch == 1) {
            return version == DtlsRecord.VERSION_1_2 ? routeProtected(type, length) : RecordRoute.NOT_DTLS;
        }
        if (epoch > 1) {
            return RecordRoute.BAD_EPOCH;
        }
        if (version != DtlsRecord.VERSION_1_2 && version != DtlsRecord.VERSION_1_0) {
            return RecordRoute.NOT_DTLS;
        }
        return routePlain(datagram, at, type, length);
    }

    /** Which end a record of epoch 0 is meant for; asked only for {@link RecordRoute#CONTROL} and its like. */
    public static HandshakeSide side(MemorySegment datagram, long at) {
        boolean isPlainHandshake =
                DtlsRecord.epoch(datagram, at) == 0 && DtlsRecord.contentType(datagram, at) == DtlsRecord.HANDSHAKE;
        return isPlainHandshake
                ? sideOf(DtlsHandshake.type(datagram, at + DtlsRecord.HEADER_BYTES))
                : HandshakeSide.EITHER;
    }

    /** RFC 5246, section 7.3: who sends what. */
    private static HandshakeSide sideOf(int handshakeType) {
        return switch (handshakeType) {
            case DtlsHandshake.CLIENT_HELLO, DtlsHandshake.CLIENT_KEY_EXCHANGE, DtlsHandshake.CERTIFICATE_VERIFY ->
                HandshakeSide.SERVER;
            case DtlsHandshake.HELLO_REQUEST,
                    DtlsHandshake.SERVER_HELLO,
                    DtlsHandshake.HELLO_VERIFY_REQUEST,
                    DtlsHandshake.NEW_SESSION_TICKET,
                    DtlsHandshake.SERVER_KEY_EXCHANGE,
                    DtlsHandshake.CERTIFICATE_REQUEST,
                    DtlsHandshake.SERVER_HELLO_DONE -> HandshakeSide.CLIENT;
            default -> HandshakeSide.EITHER;
        };
    }

    private static RecordRoute routeNamed(int version, int epoch, int recordLength) {
        if (version != DtlsRecord.VERSION_1_2) {
            return RecordRoute.NOT_DTLS;
        }
        if (epoch != 1) {
            return RecordRoute.BAD_EPOCH;
        }
        boolean isLongEnough = recordLength > DtlsRecord.HEADER_BYTES + ConnectionIds.BYTES + PROTECTION_BYTES;
        return isLongEnough ? RecordRoute.CONNECTION_ID : RecordRoute.TOO_SHORT;
    }

    private static RecordRoute routeProtected(int type, int length) {
        if (length < PROTECTION_BYTES) {
            return RecordRoute.TOO_SHORT;
        }
        if (type == DtlsRecord.APPLICATION_DATA) {
            return RecordRoute.DATA;
        }
        return type == DtlsRecord.CHANGE_CIPHER_SPEC ? RecordRoute.BAD_EPOCH : RecordRoute.CONTROL;
    }

    private static RecordRoute routePlain(MemorySegment datagram, long at, int type, int length) {
        if (type == DtlsRecord.APPLICATION_DATA) {
            return RecordRoute.BAD_EPOCH;
        }
        if (length == 0) {
            return RecordRoute.TOO_SHORT;
        }
        if (type == DtlsRecord.ALERT) {
            return length == 2 ? RecordRoute.PLAINTEXT_ALERT : RecordRoute.NOT_DTLS;
        }
        if (type == DtlsRecord.CHANGE_CIPHER_SPEC) {
            return length == 1 ? RecordRoute.CONTROL : RecordRoute.NOT_DTLS;
        }
        return routeMessages(datagram, at + DtlsRecord.HEADER_BYTES, length);
    }

    /** Walks every handshake message of the record, as bctls will. */
    private static RecordRoute routeMessages(MemorySegment datagram, long start, int length) {
        long at = start;
        long end = start + length;
        boolean isClientHello = DtlsHandshake.type(datagram, start) == DtlsHandshake.CLIENT_HELLO;
        while (at < end) {
            int remaining = (int) (end - at);
            if (remaining < DtlsHandshake.HEADER_BYTES) {
                return RecordRoute.NOT_DTLS;
            }
            int declared = DtlsHandshake.length(datagram, at);
            if (declared > LONGEST_MESSAGE_BYTES) {
                return RecordRoute.LONG_FRAGMENT;
            }
            boolean isEmptyFragment = DtlsHandshake.fragmentLength(datagram, at) == 0 && declared != 0;
            // A ClientHello is answered by a stateless cookie and must be alone (RFC 6347, 4.2.1).
            boolean isMixed =
                    at != start && (isClientHello || DtlsHandshake.type(datagram, at) == DtlsHandshake.CLIENT_HELLO);
            if (isEmptyFragment || isMixed || !DtlsHandshake.isComplete(datagram, at, remaining)) {
                return RecordRoute.NOT_DTLS;
            }
            at += DtlsHandshake.fragmentBytes(datagram, at);
        }
        return isClientHello ? RecordRoute.CLIENT_HELLO : RecordRoute.CONTROL;
    }
}
