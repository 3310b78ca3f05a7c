package badger.model;

import badger.aead.ConnectionId;
import badger.handshake.Association;
import badger.handshake.HandshakeFailure;
import badger.handshake.VerifiedHello;
import badger.record.AgreedIds;
import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.Role;
import badger.record.SequenceNumbers;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An association as {@link ModelHandshakes} makes it: real record protection over {@link ModelAead}, and no thread. Its
 * handshake and its farewell are messages of the model.
 */
public final class ModelAssociation implements Association {
    private enum Stage {
        SHAKING_HANDS,
        ESTABLISHED,
        ENDED
    }

    private final ModelHandshakes handshakes;
    private final Role role;
    private final long number;
    private final String peerIdentity;
    private final ConnectionIds.Issued ownId;
    private final Listener listener;
    private FlightSender out;
    private Stage stage = Stage.SHAKING_HANDS;
    private RecordProtection protection;

    ModelAssociation(
            ModelHandshakes handshakes,
            Role role,
            long number,
            String peerIdentity,
            FlightSender out,
            Listener listener) {
        this.handshakes = handshakes;
        this.role = role;
        this.number = number;
        this.peerIdentity = peerIdentity;
        this.ownId = handshakes.connectionIds().issue();
        this.out = out;
        this.listener = listener;
    }

    /** The same at both ends, and at no other association. */
    public long number() {
        return number;
    }

    int ownIdValue() {
        return ownId.value();
    }

    FlightSender out() {
        return out;
    }

    boolean isShakingHands() {
        return stage == Stage.SHAKING_HANDS;
    }

    boolean isEstablished() {
        return stage == Stage.ESTABLISHED;
    }

    void establish(int peerId, long recordLimit, AtomicInteger openKeys) {
        long toServer = 2 * number;
        long toClient = 2 * number + 1;
        boolean isClient = role == Role.CLIENT;
        long writeKey = isClient ? toServer : toClient;
        protection = new RecordProtection(
                List.of(new ModelAead(writeKey, openKeys), new ModelAead(writeKey, openKeys)),
                new ModelAead(isClient ? toClient : toServer, openKeys),
                new AgreedIds(ownId, ConnectionId.of(peerId)),
                (epochAndSequence, type, plain, at, length) -> false,
                new SequenceNumbers(),
                recordLimit);
        stage = Stage.ESTABLISHED;
        listener.established(this);
    }

    void fail(HandshakeFailure reason) {
        if (stage == Stage.SHAKING_HANDS) {
            stage = Stage.ENDED;
            ownId.giveBack();
            listener.failed(this, reason);
        }
    }

    /** The other end has said farewell. */
    void endedByPeer() {
        if (stage == Stage.ESTABLISHED) {
            stage = Stage.ENDED;
            listener.closed(this);
        } else {
            fail(HandshakeFailure.CLOSED_BY_PEER);
        }
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public boolean isEnded() {
        return stage == Stage.ENDED;
    }

    @Override
    public boolean answers(VerifiedHello other) {
        return false;
    }

    @Override
    public RecordProtection protection() {
        return protection;
    }

    @Override
    public int ownConnectionId() {
        return ownId.value();
    }

    @Override
    public void belongsTo(Object owner) {
        ownId.belongsTo(owner);
    }

    @Override
    public String peerIdentity() {
        return peerIdentity;
    }

    @Override
    public boolean isBadger() {
        return true;
    }

    @Override
    public boolean leavesChecksumsPartial() {
        return false;
    }

    @Override
    public String cipherSuite() {
        return "MODEL";
    }

    @Override
    public boolean offer(MemorySegment buffer, long recordAt, int recordLength) {
        return false;
    }

    @Override
    public void close() {
        if (stage == Stage.ESTABLISHED) {
            stage = Stage.ENDED;
            handshakes.sayFarewell(this);
            listener.closed(this);
        } else {
            fail(HandshakeFailure.CLOSED);
        }
    }

    @Override
    public void discard() {
        close();
        if (protection != null) {
            protection.close();
        }
    }

    @Override
    public void sendBy(FlightSender newOut) {
        out = newOut;
    }

    @Override
    public boolean awaitEnd(Duration timeout) {
        return true;
    }

    @Override
    public String toString() {
        return role + " " + number;
    }
}
