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
 * Punches at the candidates of one peer (paper row P51), in a series that both sides begin in the same moment, and
 * knocks at the peer by way of IEX where it may be dormant. Used by the peer's thread.
 */
final class Puncher {
    /**
     * Neither DTLS nor JSON by its first byte (paper row P51), and yet shaped as one whole record: version "ad", and a
     * length of 1 before the last byte. For pion before 2.2.9 gives a handshake up when a datagram holds no whole
     * record, and fails a read by it later on, but drops a record of another version in silence.
     */
    private static final byte[] PUNCH = "badgerpunch\0\1!".getBytes(StandardCharsets.US_ASCII);

    /** When to punch after the map came, in milliseconds; then the next map, 5 s later, starts anew. */
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

    /** @param budget of all that goes to the peer while there is no session */
    Puncher(Peer peer, boolean isLeader, NodeContext node, PacketBudget budget, Deadlines<PeerTimer> deadlines) {
        this.peer = peer;
        this.node = node;
        this.sender = node.mainSender();
        this.budget = budget;
        this.deadlines = deadlines;
        this.first = isLeader ? 1 : 0;
    }

    /** Begins a new series. */
    void again(long nowNanos) {
        startNanos = nowNanos;
        done = first;
    }

    /** Punches no more. */
    void end() {
        done = AT_MILLIS.length;
        isKnocking = false;
    }

    /** Knocks at the peer now and with each punch, or no more: it may be dormant, and would do nothing otherwise. */
    void knockOn(boolean isToKnock) {
        isKnocking = isToKnock;
        if (isToKnock) {
            node.knocks().knock(peer.virtualAddress());
        }
    }

    /** Does what is due, and sets when to be called again. */
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

    /** One to each candidate, from the {@code turn}th on, since the budget may end before they do. */
    void all(int turn, long nowNanos) {
        for (Endpoint endpoint : OutgoingCall.startingAt(turn, peer.candidates().endpoints())) {
            at(endpoint, nowNanos);
        }
    }

    /** Opens a way to {@code endpoint}, or keeps it open where the peer bears no keep-alive. */
    void at(Endpoint endpoint, long nowNanos) {
        if (budget.take(nowNanos)) {
            sender.send(PUNCH, endpoint);
        }
    }

    private long nextNanos() {
        return startNanos + TimeUnit.MILLISECONDS.toNanos(AT_MILLIS[done]);
    }
}
