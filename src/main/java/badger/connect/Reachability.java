package badger.connect;

import badger.handshake.HandshakeFailure;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerTimer;
import badger.time.Deadlines;
import badger.udp.NatClass;
import java.util.concurrent.TimeUnit;

/**
 * Says once why a peer has had no session for a long time although both sides punch: either their NATs do not let them
 * meet, or what was seen and what was missing. The attempts continue. Used by the peer's thread.
 */
final class Reachability {
    /** By then the follower has called too, and a call with a wrong key has failed. */
    static final long UNREACHABLE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(12);

    /** Maps come every 5 s. Shorter than the silence after which the node asks the next server. */
    private static final long MAP_IS_OLD_NANOS = TimeUnit.SECONDS.toNanos(11);

    /**
     * After this time without a sign of the peer, which the map has only just named, this end takes another port; the
     * leader takes one later. This end's NAT may have given the flow to this peer another public port than the one that
     * IEX sees, because a datagram of the peer came there first. Linux does so where nothing filters what comes in
     * (nf_nat_core.c, nf_nat_used_tuple), and keeps to it for as long as the peer continues.
     */
    private static final long ANOTHER_PORT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final long LEADERS_ANOTHER_PORT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(7);
    private static final System.Logger LOG = System.getLogger(Reachability.class.getName());

    private final Peer peer;
    private final NodeContext node;
    private final Deadlines<PeerTimer> deadlines;
    private long triedSinceNanos;
    private long lastMapNanos;
    private boolean isTrying;
    private boolean isTold;
    private boolean hasAnswered;
    private HandshakeFailure failure;
    private final long anotherPortAfterNanos;
    private final Runnable takeAnotherPort;
    private boolean isPortFresh;
    /** Taken once at most, even where attempts begin anew with every packet for a peer that is down. */
    private boolean hasTakenPort;

    private String toldReason = "";

    /** @param takeAnotherPort takes one, if the node can and may */
    Reachability(
            Peer peer, NodeContext node, boolean isLeader, Runnable takeAnotherPort, Deadlines<PeerTimer> deadlines) {
        this.peer = peer;
        this.node = node;
        this.anotherPortAfterNanos = isLeader ? LEADERS_ANOTHER_PORT_AFTER_NANOS : ANOTHER_PORT_AFTER_NANOS;
        this.takeAnotherPort = takeAnotherPort;
        this.deadlines = deadlines;
    }

    /** There is no session; attempts begin, or begin anew. */
    void trying(long nowNanos) {
        if (!isTrying) {
            isTrying = true;
            triedSinceNanos = nowNanos;
            lastMapNanos = nowNanos;
            isTold = false;
            hasAnswered = false;
            failure = null;
            isPortFresh = false;
        }
    }

    /** A session existed before these attempts, so the port was good. */
    void lost() {
        isPortFresh = true;
    }

    /** The attempts have ended. */
    void rest() {
        isTrying = false;
        peer.updateUnreachable(null);
    }

    void connected() {
        toldReason = "";
        hasTakenPort = false;
        isTrying = false;
        peer.updateUnreachable(null);
    }

    void mapReceived(long nowNanos) {
        lastMapNanos = nowNanos;
        if (isTrying && isTold) {
            peer.updateUnreachable(reason(nowNanos));
        }
    }

    /** A record of a handshake came from the peer. */
    void answered() {
        hasAnswered = true;
    }

    void failed(HandshakeFailure reason) {
        // A later call without an answer does not disprove what an earlier one has met.
        if (reason != HandshakeFailure.TIMEOUT && reason != HandshakeFailure.CLOSED) {
            failure = reason;
        }
    }

    /** Tells why, or takes another port, if it is time; and sets the next deadlines. */
    void tick(long nowNanos) {
        deadlines.stop(PeerTimer.UNREACHABLE);
        deadlines.stop(PeerTimer.OTHER_PORT);
        if (!isTrying || isTold) {
            return;
        }
        long dueNanos = triedSinceNanos + UNREACHABLE_AFTER_NANOS;
        if (nowNanos - dueNanos < 0) {
            deadlines.set(PeerTimer.UNREACHABLE, dueNanos);
            considerPort(nowNanos);
            return;
        }
        isTold = true;
        String reason = reason(nowNanos);
        peer.updateUnreachable(reason);
        peer.events().add(nowNanos, Kind.UNREACHABLE, reason);
        if (!reason.equals(toldReason)) {
            // On demand, attempts begin anew with every packet.
            toldReason = reason;
            LOG.log(System.Logger.Level.WARNING, "peer={0} unreachable: {1}", peer, reason);
        }
    }

    private void considerPort(long nowNanos) {
        NatClass own = node.directory().ownNatClass();
        boolean isOfUse = !isPortFresh
                && !hasTakenPort
                && !hasAnswered
                && !peer.hasPunchedSince(triedSinceNanos)
                && (own == NatClass.EASY || own == NatClass.FULL_CONE)
                && Punchability.of(own, peer.natClass()) != Punchability.IMPOSSIBLE;
        if (!isOfUse) {
            return;
        }
        if (nowNanos - triedSinceNanos < anotherPortAfterNanos) {
            deadlines.set(PeerTimer.OTHER_PORT, triedSinceNanos + anotherPortAfterNanos);
            return;
        }
        isPortFresh = true;
        hasTakenPort = true;
        takeAnotherPort.run();
    }

    private String reason(long nowNanos) {
        NatClass own = node.directory().ownNatClass();
        NatClass peersOwn = peer.natClass();
        String sides = Punchability.describe(own, peersOwn);
        if (failure != null) {
            // The peer was reached, whatever the way.
            return "a handshake with it failed: " + failure.sentence();
        }
        return switch (Punchability.of(own, peersOwn)) {
            case IMPOSSIBLE ->
                sides + ": no direct path is possible, only one of IPv6 or of a common network" + relayAdvice();
            case POSSIBLE -> sides + ", which lets them meet; " + observation(nowNanos);
            case UNKNOWN -> sides + "; " + observation(nowNanos);
        };
    }

    /** What keeps IEX from relaying, where nothing else would work. */
    private String relayAdvice() {
        if (!node.relay().isWanted()) {
            return "; a relay would do: --relay auto here and at the peer, --relay at the IEX server";
        }
        if (node.relay().offer() == null) {
            return "; a relay would do, but the IEX server offers none: start it with --relay";
        }
        return peer.takesRelayed() ? "" : "; a relay would do, but the peer wants none: start it with --relay auto";
    }

    private String observation(long nowNanos) {
        if (hasAnswered) {
            return "its answers come, but no handshake comes to its end: the pre-shared keys may differ";
        }
        if (peer.hasPunchedSince(triedSinceNanos)) {
            return "its punches come, but no answer: what this node sends is dropped on the way";
        }
        if (nowNanos - lastMapNanos > MAP_IS_OLD_NANOS) {
            return "IEX is silent, so that its addresses may be old, and nothing comes from them";
        }
        return "nothing comes from it, not even a punch: it is down, has not heard of this node, or UDP is dropped on"
                + " the way";
    }
}
