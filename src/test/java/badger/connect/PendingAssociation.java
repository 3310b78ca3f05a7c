package badger.connect;

import badger.handshake.Association;
import badger.handshake.HandshakeFailure;
import badger.handshake.VerifiedHello;
import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.Role;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** A handshake that ends as the test says. */
final class PendingAssociation implements Association {
    private final VerifiedHello hello;
    private final Listener listener;
    private String identity = "";
    boolean isEnded;
    boolean isDiscarded;
    int offered;

    PendingAssociation(VerifiedHello hello, Listener listener) {
        this.hello = hello;
        this.listener = listener;
    }

    void establish(String newIdentity) {
        identity = newIdentity;
        listener.established(this);
    }

    void fail(HandshakeFailure reason) {
        isEnded = true;
        listener.failed(this, reason);
    }

    @Override
    public Role role() {
        return Role.SERVER;
    }

    @Override
    public boolean isEnded() {
        return isEnded;
    }

    @Override
    public boolean answers(VerifiedHello other) {
        return hello.isSameHandshake(other);
    }

    @Override
    public RecordProtection protection() {
        return null;
    }

    @Override
    public int ownConnectionId() {
        return ConnectionIds.NONE;
    }

    @Override
    public void belongsTo(Object owner) {}

    @Override
    public String peerIdentity() {
        return identity;
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
        return "";
    }

    @Override
    public boolean offer(MemorySegment buffer, long recordAt, int recordLength) {
        offered++;
        return true;
    }

    @Override
    public void close() {
        if (!isEnded) {
            fail(HandshakeFailure.CLOSED);
        }
    }

    @Override
    public void discard() {
        isDiscarded = true;
        isEnded = true;
    }

    @Override
    public void sendBy(FlightSender newOut) {}

    @Override
    public boolean awaitEnd(Duration timeout) {
        return true;
    }

    /** Listens to nothing. */
    static Listener nobody() {
        return new Listener() {
            @Override
            public void established(Association association) {}

            @Override
            public void failed(Association association, HandshakeFailure reason) {}

            @Override
            public void closed(Association association) {}
        };
    }
}
