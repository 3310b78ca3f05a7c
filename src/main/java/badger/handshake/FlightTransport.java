package badger.handshake;

import badger.aead.Aead;
import badger.record.ConnectionIds;
import badger.record.RecordRouter;
import badger.wire.DtlsHandshake;
import badger.wire.DtlsRecord;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.BooleanSupplier;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DatagramTransport;

/**
 * What bctls sends and receives through. Records sent are gathered into one datagram until bctls turns to receive;
 * records received come from the {@link ControlQueue}. Used by the association's thread alone, which owns the arena.
 *
 * <p>While bctls waits, the last flight is sent again now and then, byte by byte the same; a network may double any
 * datagram, so a peer has to bear that. bctls doubles its own wait with each resend, also with those that a resend of
 * the peer provokes, and has no bound for it. RFC 6347, section 4.2.4.1, doubles for fear of congestion, which a small
 * datagram now and then does not cause. Where one datagram in five is lost, one handshake in eighty would wait longer
 * than 6 s.
 */
final class FlightTransport implements DatagramTransport {
    /** One flight of a PSK handshake fits, and any path carries it (paper row P55). */
    static final int FLIGHT_BYTES = 1200;

    /** The longest record of a handshake: {@link RecordRouter} lets no longer message pass. */
    static final int LONGEST_RECORD_BYTES = DtlsRecord.HEADER_BYTES
            + ConnectionIds.BYTES
            + 1
            + DtlsHandshake.HEADER_BYTES
            + RecordRouter.LONGEST_MESSAGE_BYTES
            + Aead.EXPLICIT_NONCE_BYTES
            + Aead.TAG_BYTES;

    /** What a peer may still send once it is established: an alert, its last flight again, a ClientKeyExchange. */
    static final int LONGEST_LATE_RECORD_BYTES = 1536;

    /** The last flight is repeated after this time without a record from the peer. */
    static final int REPEAT_MILLIS = 500;

    /** How often a server repeats its last flight, unless a record of the client proves that it has arrived. */
    private static final int LAST_FLIGHT_REPEATS = 10;

    private final ControlQueue records;
    private final Association.FlightSender out;
    private final HandshakeCrypto crypto;
    private final MemorySegment flight;
    private int flightBytes;
    /** How many bytes of the flight were sent last and may be sent again; 0 once bctls begins another. */
    private int sentBytes;

    private int repeatsLeft = Integer.MAX_VALUE;
    private BooleanSupplier hasClientProof = () -> false;
    private boolean isEstablished;
    private boolean isClosed;

    /** @param crypto knows the connection IDs */
    FlightTransport(
            ControlQueue records, Association.FlightSender out, HandshakeCrypto crypto, Arena associationArena) {
        this.records = records;
        this.out = out;
        this.crypto = crypto;
        flight = associationArena.allocate(FLIGHT_BYTES);
    }

    /**
     * Thrown out of bctls's receive after {@link Association#close}; passes through bctls without failing a session.
     */
    static final class CloseRequested extends InterruptedIOException {
        private static final long serialVersionUID = 1;

        CloseRequested() {
            super("closed on this side");
        }
    }

    /**
     * From here on only short records come, and bctls's idle buffer may be small. A flight that was gathered and not
     * yet sent is the server's last. It is repeated, because bctls itself would wait for the client to resend.
     *
     * @param heardFromClient whether a record has come that only a client with that flight can send
     */
    void established(BooleanSupplier heardFromClient) {
        isEstablished = true;
        hasClientProof = heardFromClient;
        repeatsLeft = flightBytes > 0 ? LAST_FLIGHT_REPEATS : 0;
    }

    @Override
    public int getReceiveLimit() {
        return isEstablished ? LONGEST_LATE_RECORD_BYTES : LONGEST_RECORD_BYTES;
    }

    @Override
    public int getSendLimit() {
        return FLIGHT_BYTES;
    }

    /** Returns -1 after the time, never 0: bctls would spin. Throws once closed: bctls would wait for ever. */
    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        flush();
        if (isClosed) {
            throw new IOException("closed");
        }
        byte[] record;
        try {
            record = takeRepeating(waitMillis);
        } catch (InterruptedException e) {
            throw new CloseRequested();
        }
        if (record == null && records.isCloseRequested()) {
            throw new CloseRequested();
        }
        if (record == null || record.length > length || isMisnamed(record)) {
            return -1;
        }
        System.arraycopy(record, 0, buffer, offset, record.length);
        return record.length;
    }

    /**
     * Whether a protected record has a connection ID where none was agreed on, or none where one was. bctls drops such
     * a record, but first looks for its length at the wrong place, and takes what would lie behind it for another
     * record, which nobody has looked at.
     */
    private boolean isMisnamed(byte[] record) {
        MemorySegment segment = MemorySegment.ofArray(record);
        boolean isNamed = DtlsRecord.contentType(segment, 0) == DtlsRecord.TLS12_CID;
        return DtlsRecord.epoch(segment, 0) == 1 && isNamed != (crypto.ownConnectionId() != ConnectionIds.NONE);
    }

    /** @param waitMillis 0 for ever */
    private byte[] takeRepeating(int waitMillis) throws InterruptedException {
        int left = waitMillis;
        while (mayRepeat() && (waitMillis == 0 || left > REPEAT_MILLIS)) {
            byte[] record = records.take(REPEAT_MILLIS);
            if (record != null || records.isCloseRequested()) {
                return record;
            }
            left = waitMillis == 0 ? 0 : left - REPEAT_MILLIS;
            if (mayRepeat()) {
                repeatsLeft--;
                out.send(flight, 0, sentBytes);
            }
        }
        return records.take(left);
    }

    private boolean mayRepeat() {
        return sentBytes > 0 && repeatsLeft > 0 && !hasClientProof.getAsBoolean();
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (isMutedAlert(buffer, offset, length)) {
            return;
        }
        sentBytes = 0;
        if (flightBytes + length > FLIGHT_BYTES) {
            flush();
        }
        MemorySegment.copy(buffer, offset, flight, ValueLayout.JAVA_BYTE, flightBytes, length);
        copyNonces(flightBytes, flightBytes + length);
        flightBytes += length;
    }

    /** Sends what was gathered. */
    void flush() {
        if (flightBytes > 0) {
            int length = flightBytes;
            flightBytes = 0;
            sentBytes = length;
            out.send(flight, 0, length);
        }
    }

    @Override
    public void close() {
        flush();
        isClosed = true;
    }

    /** bctls has put its own number into the header; the one that was sealed stands in the explicit nonce. */
    private void copyNonces(long from, long end) {
        long at = from;
        while (at < end) {
            boolean isNamed = DtlsRecord.contentType(flight, at) == DtlsRecord.TLS12_CID;
            int idBytes = isNamed ? crypto.sentConnectionIdBytes() : 0;
            if (DtlsRecord.epoch(flight, at) == 1) {
                DtlsRecord.putEpochAndSequence(flight, at, DtlsRecord.explicitNonce(flight, at + idBytes));
            }
            at += DtlsRecord.recordBytes(flight, at, idBytes);
        }
    }

    /**
     * An alert of epoch 0 that says no more than that this side gave up is not sent: nothing in it names the
     * association, and the peer might end another that is shaking hands in parallel.
     */
    private static boolean isMutedAlert(byte[] record, int offset, int length) {
        boolean isPlainAlert = length == DtlsRecord.HEADER_BYTES + 2
                && record[offset] == DtlsRecord.ALERT
                && record[offset + 3] == 0
                && record[offset + 4] == 0;
        if (!isPlainAlert) {
            return false;
        }
        int description = record[offset + DtlsRecord.HEADER_BYTES + 1];
        return description == AlertDescription.internal_error
                || description == AlertDescription.user_canceled
                || description == AlertDescription.close_notify;
    }
}
