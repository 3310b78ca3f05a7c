package badger.handshake;

import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.RecordRoute;
import badger.record.RecordRouter;
import badger.record.Role;
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
 * An association that bctls runs. A virtual thread owns it and every call of bctls; once established it sleeps until a
 * control record comes, and answers the resends of a peer that missed our last flight. What comes in for bctls is
 * handed over by {@link #offer}.
 */
final class DtlsAssociation implements Association {
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
    private volatile boolean isDiscarded;
    // Written by the association's thread before the state says ESTABLISHED, read after.
    private RecordProtection protection;
    private String peerIdentity = "";
    private PskSuites.Agreed agreed = new PskSuites.Agreed("", false, false);
    private long establishedNanos;

    private DtlsAssociation(
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
    static DtlsAssociation connect(HandshakeSettings settings, FlightSender out, Listener listener) {
        return start(new DtlsAssociation(Role.CLIENT, settings, null, out, listener));
    }

    /** Starts a handshake as server, from a hello that {@link CookieGate} verified. */
    static DtlsAssociation accept(
            HandshakeSettings settings, VerifiedHello hello, FlightSender out, Listener listener) {
        return start(new DtlsAssociation(Role.SERVER, settings, hello, out, listener));
    }

    private static DtlsAssociation start(DtlsAssociation association) {
        association.thread.start();
        return association;
    }

    /**
     * Routes the record once more, so that nothing bctls cannot bear gets through, and refuses in the clear whatever an
     * established association has no use for.
     */
    @Override
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
            // Once the association is established, the fast path opens all of them and hands on what is not its own.
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

    @Override
    public Role role() {
        return role;
    }

    @Override
    public boolean isEnded() {
        return state == State.ENDED;
    }

    @Override
    public boolean answers(VerifiedHello other) {
        return hello != null && hello.isSameHandshake(other);
    }

    @Override
    public RecordProtection protection() {
        return state == State.SHAKING_HANDS ? null : protection;
    }

    @Override
    public int ownConnectionId() {
        return crypto.ownConnectionId();
    }

    @Override
    public void belongsTo(Object owner) {
        crypto.belongsTo(owner);
    }

    @Override
    public String peerIdentity() {
        return state == State.SHAKING_HANDS ? "" : peerIdentity;
    }

    @Override
    public boolean isBadger() {
        return state != State.SHAKING_HANDS && agreed.isBadger();
    }

    @Override
    public boolean leavesChecksumsPartial() {
        return state != State.SHAKING_HANDS && agreed.leavesChecksumsPartial();
    }

    @Override
    public String cipherSuite() {
        return state == State.SHAKING_HANDS ? "" : agreed.suite();
    }

    @Override
    public void close() {
        records.requestClose();
    }

    @Override
    public void discard() {
        // The flag first, then the state; the association's thread writes the state first and then reads the flag. So
        // one of the two sees what the other has written, and wipes the keys.
        isDiscarded = true;
        close();
        RecordProtection keyed = protection();
        if (keyed != null) {
            keyed.close();
        }
    }

    @Override
    public void sendBy(FlightSender newOut) {
        out = newOut;
    }

    @Override
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
            if (isDiscarded) {
                sayGoodbye(established);
                throw new FlightTransport.CloseRequested();
            }
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
