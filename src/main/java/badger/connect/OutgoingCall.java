package badger.connect;

import badger.handshake.Association;
import badger.handshake.HandshakeFailure;
import badger.handshake.HandshakeSettings;
import badger.handshake.Handshakes;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerTask;
import badger.udp.Endpoint;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One attempt as a DTLS client: to all candidates until one answers, then to that one. Owned by the peer's thread; the
 * association's thread sends through it.
 */
final class OutgoingCall implements Association.FlightSender, Association.Listener {
    /** Learns how a call ended. Called on the peer's thread. */
    interface Outcome {
        void callEstablished(OutgoingCall done, long nowNanos);

        void callFailed(OutgoingCall failed, HandshakeFailure reason, long nowNanos);

        /** Whether it is time to call by way of IEX, too. Asked by the handshake's thread. */
        boolean mayRelay(long nowNanos);
    }

    private final List<Endpoint> endpoints;
    private final long startedNanos;
    private final Peer peer;
    private final PacketBudget budget;
    private final NodeContext node;
    private final Outcome outcome;
    private volatile Endpoint answeredFrom;
    private Association association;
    private boolean holdsSlot = true;
    private int flights;

    OutgoingCall(
            List<Endpoint> endpoints,
            long startedNanos,
            Peer peer,
            PacketBudget budget,
            NodeContext node,
            Outcome outcome) {
        this.endpoints = endpoints;
        this.startedNanos = startedNanos;
        this.peer = peer;
        this.budget = budget;
        this.node = node;
        this.outcome = outcome;
    }

    void start(Handshakes handshakes, HandshakeSettings settings) {
        association = handshakes.connect(settings, this, this);
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    long startedNanos() {
        return startedNanos;
    }

    Association association() {
        return association;
    }

    /** The endpoint that has answered; null if none has. */
    Endpoint answeredFrom() {
        return answeredFrom;
    }

    /** Sends only there from now on. */
    void answeredFrom(Endpoint source) {
        answeredFrom = source;
    }

    /** Whether it counts among the calls that a node may have under way. */
    boolean holdsSlot() {
        return holdsSlot;
    }

    /** Stops counting this call. @return whether it counted */
    boolean letGoOfSlot() {
        boolean held = holdsSlot;
        holdsSlot = false;
        return held;
    }

    /** Rotates the endpoints with each round, so that each has its turn where the budget is too small for all. */
    static List<Endpoint> startingAt(int round, List<Endpoint> endpoints) {
        List<Endpoint> turned = new ArrayList<>(endpoints);
        Collections.rotate(turned, -round);
        return turned;
    }

    @Override
    public void send(MemorySegment flight, long at, int length) {
        Endpoint answered = answeredFrom;
        if (answered != null) {
            node.mainSender().send(flight, at, length, answered);
            return;
        }
        long now = node.nanoTime();
        // IEX comes first: it is the one way that is known to work, and the others must not use up its budget.
        if (outcome.mayRelay(now) && budget.take(now)) {
            node.mainSender().send(flight, at, length, peer.relayEndpoint());
        }
        for (Endpoint endpoint : startingAt(flights++, endpoints)) {
            if (budget.take(now)) {
                node.mainSender().send(flight, at, length, endpoint);
            }
        }
    }

    @Override
    public void established(Association done) {
        peer.post(new PeerTask() {
            @Override
            public void run(long nowNanos) {
                outcome.callEstablished(OutgoingCall.this, nowNanos);
            }

            @Override
            public void discard() {
                done.discard();
            }
        });
    }

    @Override
    public void failed(Association failed, HandshakeFailure reason) {
        peer.post(nowNanos -> outcome.callFailed(this, reason, nowNanos));
    }

    @Override
    public void closed(Association closed) {
        peer.sessionEnded();
    }
}
