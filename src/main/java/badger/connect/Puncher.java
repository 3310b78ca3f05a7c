package badger.connect;

import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerTimer;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.udp.SharedSender;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Punches at the candidates of one peer (paper row P51), in a series that both sides begin at the same moment. Also
 * knocks at the peer by way of IEX where it may be dormant. Used by the peer's thread.
 */
final class Puncher {
    /**
     * By its first byte neither DTLS nor JSON (paper row P51), but shaped like one whole record: version "ad", and a
     * length of 1 before the last byte. The reason is pion before 2.2.9: it gives a handshake up when a datagram holds
     * no whole record, and later fails a read by it, but silently drops a record of another version.
     */
    private static final byte[] PUNCH = "badgerpunch\0\1!".getBytes(StandardCharsets.US_ASCII);

    /** When to punch after a map came, in milliseconds. The next map, 5 s later, starts anew. */
    private static final long[] AT_MILLIS = {0, 150, 400, 900, 1_900, 3_400};

    private final Peer peer;
    private final NodeContext node;
    private final SharedSender sender;
    private final PacketBudget budget;
    private final Deadlines<PeerTimer> deadlines;
    /** The leader's ClientHello is a punch of its own; its punches only help where that one is lost. */
    private final int first;

    private boolean isKnocking;
    private long startNanos;
    private int done = AT_MILLIS.length;

    /** @param budget for everything that goes to the peer while there is no session */
    Puncher(Peer peer, boolean isLeader, NodeContext node, PacketBudget budget, Deadlines<PeerTimer> deadlines) {
        this.peer = peer;
        this.node = node;
        this.sender = node.mainSender();
        this.budget = budget;
        this.deadlines = deadlines;
        this.first = isLeader ? 1 : 0;
    }

    void again(long nowNanos) {
        startNanos = nowNanos;
        done = first;
    }

    void end() {
        done = AT_MILLIS.length;
        isKnocking = false;
    }

    /** Knocks at the peer now and with each punch, or stops that. A dormant peer would do nothing without a knock. */
    void knockOn(boolean isToKnock) {
        isKnocking = isToKnock;
        if (isToKnock) {
            node.knocks().knock(peer.virtualAddress());
        }
    }

    /** Sends the punch that is due, and sets the deadline of the next one. */
    void tick(long nowNanos) {
        while (done < AT_MILLIS.length && nowNanos - nextNanos() >= 0) {
            if (done == first) {
                peer.events().add(nowNanos, Kind.PUNCHING, peer.candidates().toString());
            }
            all(done - first, nowNanos);
            if (isKnocking) {
                node.knocks().knock(peer.virtualAddress());
            }
            done++;
        }
        if (done < AT_MILLIS.length) {
            deadlines.set(PeerTimer.PUNCH, nextNanos());
        } else {
            deadlines.stop(PeerTimer.PUNCH);
        }
    }

    /** Punches once at each candidate, from the {@code turn}th on, since the budget may not be enough for all. */
    void all(int turn, long nowNanos) {
        for (Endpoint endpoint : OutgoingCall.startingAt(turn, peer.candidates().endpoints())) {
            at(endpoint, nowNanos);
        }
    }

    /** Opens a way to {@code endpoint}, or keeps it open where the peer cannot take a keep-alive. */
    void at(Endpoint endpoint, long nowNanos) {
        if (budget.take(nowNanos)) {
            sender.send(PUNCH, endpoint);
        }
    }

    private long nextNanos() {
        return startNanos + TimeUnit.MILLISECONDS.toNanos(AT_MILLIS[done]);
    }
}
