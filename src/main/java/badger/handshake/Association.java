package badger.handshake;

import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.RecordRoute;
import badger.record.RecordRouter;
import badger.wire.DtlsHandshake;
import badger.wire.DtlsRecord;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;

/**
 * One DTLS association, from the first flight to close_notify. A virtual thread owns it and every call of bctls; once
 * established it sleeps until a control record comes, and answers the resends of a peer that missed our last flight.
 *
 * <p>Application data never passes here: it goes through {@link #protection}, from when {@link Listener#established} is
 * called until its owner closes it. What comes in for bctls is handed over by {@link #offer}.
 */
public final class Association implements AutoCloseable {
    public enum Role {
        CLIENT,
        SERVER
    }

    /** Where flights go. Called on the association's thread; must not block or throw: what is not sent is lost. */
    @FunctionalInterface
    public interface FlightSender {
        /** Sends one datagram of at most 1200 bytes; the segment is borrowed until this returns. */
        void send(MemorySegment flight, long at, int length);
    }

    /** Called on the association's thread: {@code failed} alone, or {@code established} and later {@code closed}. */
    public interface Listener {
        /**
         * Records can be sealed and opened. A client should now send one, such as a keepalive; a server holds its data
         * back until the first record was opened, because its own last flight is sent only after this returns and may
         * be lost.
         */
        void established(Association association);

        void failed(Association association, HandshakeFailure reason);

        /** By close_notify, by an authenticated fatal alert, or by {@link Association#close}. */
        void closed(Association association);
    }

    // RFC 6347, 4.2.4: the last flight is kept for twice the maximum segment lifetime of TCP (RFC 793: 2 minutes).
    private static final long LAST_FLIGHT_NANOS = TimeUnit.SECONDS.toNanos(240);

    private static final byte[] NOTHING = new byte[1];

    private enum State {
        SHAKING_HANDS,
        ESTABLISHED,
        ENDED
    }

    private final Role role;
    private final HandshakeSettings settings;
    private final VerifiedHello hello;
    private volatile FlightSender out;
    private final Listener listener;
    private final ControlQueue records = new ControlQueue();
    private final HandshakeCrypto crypto;
    private final Thread thread;

    private volatile State state = State.SHAKING_HANDS;
    // Written by the association's thread before the state says ESTABLISHED, read after.
    private RecordProtection protection;
    private String peerIdentity = "";
    private PskSuites.Agreed agreed = new PskSuites.Agreed("", false, false);
    private long establishedNanos;

    private Association(
            Role role, HandshakeSettings settings, VerifiedHello hello, FlightSender out, Listener listener) {
        this.role = role;
        this.settings = settings;
        this.hello = hello;
        this.out = out;
        this.listener = listener;
        crypto = new HandshakeCrypto(settings, records);
        thread = Thread.ofVirtual().name("dtls-" + role).unstarted(this::run);
    }

    /** Starts a handshake as client. */
    public static Association connect(HandshakeSettings settings, FlightSender out, Listener listener) {
        return start(new Association(Role.CLIENT, settings, null, out, listener));
    }

    /** Starts a handshake as server, from a hello that {@link CookieGate} verified. */
    public static Association accept(
            HandshakeSettings settings, VerifiedHello hello, FlightSender out, Listener listener) {
        return start(new Association(Role.SERVER, settings, hello, out, listener));
    }

    private static Association start(Association association) {
        association.thread.start();
        return association;
    }

    /**
     * Takes one whole record for bctls. Copies it into a bounded queue; any thread. Routes it once more, so that nothing
     * bctls cannot bear gets through, and refuses in the clear whatever an established association has no use for.
     *
     * @return false when the queue is full or the record was refused
     */
    public boolean offer(MemorySegment buffer, long recordAt, int recordLength) {
        if (!accepts(buffer, recordAt, recordLength)) {
            return false;
        }
        byte[] record = new byte[recordLength];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, recordAt, record, 0, recordLength);
        return records.offer(record);
    }

    private boolean accepts(MemorySegment buffer, long recordAt, int recordLength) {
        State now = state;
        RecordRoute route = RecordRouter.route(buffer, recordAt, recordLength);
        if (route == RecordRoute.CONNECTION_ID) {
            // Once established, the fast path opens all of them, and hands on what is not its own.
            return now == State.SHAKING_HANDS
                    && recordLength <= FlightTransport.LONGEST_RECORD_BYTES
                    && crypto.ownConnectionId() != ConnectionIds.NONE
                    && crypto.ownConnectionId() == DtlsRecord.connectionId(buffer, recordAt);
        }
        boolean isForBctls = route == RecordRoute.CONTROL
                || route == RecordRoute.CLIENT_HELLO
                || route == RecordRoute.PLAINTEXT_ALERT;
        if (!isForBctls || now == State.ENDED) {
            return false;
        }
        if (now == State.SHAKING_HANDS) {
            return recordLength <= FlightTransport.LONGEST_RECORD_BYTES;
        }
        if (recordLength > FlightTransport.LONGEST_LATE_RECORD_BYTES) {
            return false;
        }
        return DtlsRecord.epoch(buffer, recordAt) == 1
                ? crypto.ownConnectionId() == ConnectionIds.NONE
                : isLastFlightOfClient(buffer, recordAt);
    }

    /** The only record in the clear that still matters: the client's last flight again, because ours was lost. */
    private boolean isLastFlightOfClient(MemorySegment buffer, long recordAt) {
        return role == Role.SERVER
                && DtlsRecord.contentType(buffer, recordAt) == DtlsRecord.HANDSHAKE
                && DtlsHandshake.type(buffer, recordAt + DtlsRecord.HEADER_BYTES) == DtlsHandshake.CLIENT_KEY_EXCHANGE
                && System.nanoTime() - establishedNanos < LAST_FLIGHT_NANOS;
    }

    public Role role() {
        return role;
    }

    public boolean isEstablished() {
        return state == State.ESTABLISHED;
    }

    /** Whether the listener was told that the association failed or closed, or is about to be. */
    public boolean isEnded() {
        return state == State.ENDED;
    }

    /** Whether this association is the answer to the hello, which then is a resend and may be offered to it. */
    public boolean answers(VerifiedHello other) {
        return hello != null && hello.isSameHandshake(other);
    }

    /** Null until established; stays the caller's to close, also after the association has ended. */
    public RecordProtection protection() {
        return state == State.SHAKING_HANDS ? null : protection;
    }

    /**
     * What protected records for this association carry (RFC 9146); {@link ConnectionIds#NONE} if they carry none. During the
     * handshake it is what was offered.
     */
    public int ownConnectionId() {
        return crypto.ownConnectionId();
    }

    /** How long the connection ID is that our records carry, in bytes; 0 for none, and until established. */
    public int peerConnectionIdLength() {
        RecordProtection keyed = protection();
        return keyed == null ? 0 : keyed.peerConnectionIdLength();
    }

    /** Says whose this is, for {@link ConnectionIds#byConnectionId}; once. Any thread. */
    public void belongsTo(Object owner) {
        crypto.belongsTo(owner);
    }

    /** The client's identity, or the server's hint; printable text, {@code ""} if there was none. */
    public String peerIdentity() {
        return state == State.SHAKING_HANDS ? "" : peerIdentity;
    }

    /** Whether both sides agreed on ALPN {@code badger/1}, or on what it became with partial checksums. */
    public boolean isBadger() {
        return state != State.SHAKING_HANDS && agreed.isBadger();
    }

    /** Whether both sides leave the TCP and UDP checksums of what they send each other partial. */
    public boolean leavesChecksumsPartial() {
        return state != State.SHAKING_HANDS && agreed.leavesChecksumsPartial();
    }

    /** Such as {@code ECDHE_PSK_WITH_AES_128_GCM_SHA256}; {@code ""} until established. */
    public String cipherSuite() {
        return state == State.SHAKING_HANDS ? "" : agreed.suite();
    }

    /**
     * Asks the association to say close_notify and end; returns at once. The listener is told on the association's thread.
     * The keys of the fast path stay until {@link RecordProtection#close}.
     */
    @Override
    public void close() {
        records.requestClose();
    }

    /** Sends alerts and repeated flights elsewhere from now on, since the peer is. Any thread. */
    public void sendBy(FlightSender newOut) {
        out = newOut;
    }

    /**
     * Waits until the association's thread has ended. Not to be called by that thread.
     *
     * @return whether it has
     */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    private void run() {
        try (Arena associationArena = Arena.ofConfined()) {
            FlightTransport transport = new FlightTransport(
                    records, (flight, at, length) -> out.send(flight, at, length), crypto, associationArena);
            DTLSTransport established = shakeHands(transport);
            if (established != null) {
                serve(established, transport);
            }
        } finally {
            AssociationKeys keys = crypto.keys();
            if (keys != null) {
                keys.closeControl();
            }
        }
    }

    /** @return null if it failed; the listener then knows, and the keys, if any, are gone */
    private DTLSTransport shakeHands(FlightTransport transport) {
        PskClient client = role == Role.CLIENT ? new PskClient(crypto, settings) : null;
        PskServer server = role == Role.SERVER ? new PskServer(crypto, settings) : null;
        HandshakePeer peer = client != null ? client : server;
        try {
            DTLSTransport established = client != null
                    ? new DTLSClientProtocol().connect(client, transport)
                    : new DTLSServerProtocol().accept(server, transport, hello.request());
            protection = crypto.keys().protection;
            transport.established(() -> protection.recordsOpened() > 0);
            peerIdentity = peer.peerIdentity();
            agreed = peer.agreed();
            establishedNanos = System.nanoTime();
            state = State.ESTABLISHED;
            return established;
        } catch (IOException e) {
            transport.flush();
            fail(HandshakeFailures.reason(e, crypto.keys() != null, client != null && client.hasRefusedHint()));
        } catch (RuntimeException e) {
            fail(HandshakeFailure.PROTOCOL_ERROR);
            throw e;
        }
        return null;
    }

    private void fail(HandshakeFailure reason) {
        state = State.ENDED;
        crypto.abandon();
        listener.failed(this, reason);
    }

    private void serve(DTLSTransport established, FlightTransport transport) {
        try {
            // A server's last flight is still held: it leaves as bctls turns to receive, so that the client's first
            // record, which may answer it at once, finds everything in place.
            listener.established(this);
            while (true) {
                // Application data never gets here, so there is nothing to receive into.
                established.receive(NOTHING, 0, NOTHING.length, 0);
            }
        } catch (FlightTransport.CloseRequested e) {
            sayGoodbye(established);
        } catch (IOException closedByPeer) {
            // close_notify was answered or a fatal alert taken; bctls has closed the transport.
        } finally {
            transport.flush();
            state = State.ENDED;
            records.end();
            listener.closed(this);
        }
    }

    private static void sayGoodbye(DTLSTransport established) {
        try {
            established.close();
        } catch (IOException e) {
            // The peer will learn it from silence.
        }
    }
}
