package badger.connect;

import badger.handshake.Association;
import badger.handshake.HandshakeFailure;
import badger.handshake.HandshakeSettings;
import badger.peer.Candidates;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerState;
import badger.peer.PeerTimer;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import java.util.concurrent.TimeUnit;

/**
 * Opens the way to one peer (paper rows P48 to P51). The leader calls at once; the follower punches, and calls too when
 * no call has come for a while. Both go on until there is a session, or until {@link OnDemand} wants none. Used by the
 * peer's thread.
 */
public final class Connector implements OutgoingCall.Outcome {
    /**
     * How long the follower waits for the leader's call. Kept short: where this end's NAT takes another port for every
     * destination, the leader cannot call, and only this end's call gets through.
     */
    private static final long FOLLOWER_CALLS_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** How long this node does not call while a call of the peer is under way. */
    private static final long LEFT_ALONE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long SLOT_RETRY_MILLIS = 50;
    /** A call without an answer by then costs next to nothing, and need not keep others from calling. */
    private static final long SLOT_UNANSWERED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After this many failures the maps, every 5 s, keep both sides in step, unless the peer may be dormant. */
    private static final int LAST_KNOCKING_FAILURE = 3;

    private static final long KNOCKED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A direct way that can be found soon is found within this time. A peer is then reached by IEX within 5 s. */
    private static final long RELAY_AFTER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 8_000;
    private static final System.Logger LOG = System.getLogger(Connector.class.getName());

    private final Peer peer;
    private final boolean isLeader;
    private final NodeContext node;
    private final ConnectSettings settings;
    private final HandshakeSettings handshakeSettings;
    private final OnDemand demand;
    private final Deadlines<PeerTimer> deadlines;
    private final Established receiver;
    private final PacketBudget budget;
    private final Puncher puncher;
    private final Reachability reachability;
    private final CallTargets targets;
    private OutgoingCall call;
    private long nextCallNanos;
    private volatile long relayAtNanos;
    private int failures;
    private long knockedNanos;
    private long helloNanos;
    private String lastFailure = "";

    Connector(
            Peer peer,
            boolean isLeader,
            NodeContext node,
            ConnectSettings settings,
            OnDemand demand,
            Deadlines<PeerTimer> deadlines,
            Established receiver,
            long nowNanos) {
        this.peer = peer;
        this.isLeader = isLeader;
        this.node = node;
        this.settings = settings;
        this.demand = demand;
        this.deadlines = deadlines;
        this.receiver = receiver;
        this.targets = new CallTargets(peer, settings.ownPrefix());
        this.handshakeSettings = settings.handshakeSettings().accepting(targets::mayBePeer);
        this.budget = new PacketBudget(nowNanos);
        this.puncher = new Puncher(peer, isLeader, node, budget, deadlines);
        this.reachability = new Reachability(peer, node, isLeader, settings.portChanger(), deadlines);
        this.knockedNanos = nowNanos - KNOCKED_EVERY_NANOS;
        this.relayAtNanos = nowNanos + RELAY_AFTER_NANOS;
        this.helloNanos = nowNanos - LEFT_ALONE_NANOS;
    }

    /** Begins to call and punch: a session is wanted, and there is none. */
    void start(long nowNanos) {
        relayAtNanos = nowNanos + RELAY_AFTER_NANOS;
        begin(nowNanos);
        // While a call of the peer is under way, a call of this node would only hinder it.
        long leftAloneUntil = helloNanos + LEFT_ALONE_NANOS;
        nextCallNanos = leftAloneUntil - nextCallNanos > 0 ? leftAloneUntil : nextCallNanos;
    }

    /** Knocks at the peer now and with each punch, or stops that. A dormant peer would do nothing without a knock. */
    void knockWithPunches(boolean isToKnock) {
        puncher.knockOn(isToKnock);
    }

    /** Opens a way to {@code endpoint}, or keeps it open where the peer cannot take a keep-alive. */
    void punchAt(Endpoint endpoint, long nowNanos) {
        puncher.at(endpoint, nowNanos);
    }

    /** Stops everything that is done to reach the peer. */
    void rest() {
        close();
        puncher.end();
        reachability.rest();
    }

    /** Begins anew after the last session ended. Knocks at the peer, because the next map may be seconds away. */
    void restart(long nowNanos) {
        node.knocks().knock(peer.virtualAddress());
        relayAtNanos = nowNanos + RELAY_AFTER_NANOS;
        begin(nowNanos);
        reachability.lost();
    }

    private void begin(long nowNanos) {
        reachability.trying(nowNanos);
        failures = 0;
        targets.forgive();
        nextCallNanos = isLeader ? nowNanos : nowNanos + FOLLOWER_CALLS_AFTER_NANOS;
        puncher.again(nowNanos);
    }

    /** A map came. The peer has received it too, so both punch at the same moment. */
    void mapReceived(boolean haveCandidatesChanged, long nowNanos) {
        reachability.mapReceived(nowNanos);
        if (peer.state() == PeerState.SEEKING && haveCandidatesChanged) {
            close();
            begin(nowNanos);
        } else if (peer.state() == PeerState.SEEKING || (peer.state().hasSession() && haveCandidatesChanged)) {
            puncher.again(nowNanos);
        }
    }

    /**
     * The main socket has another port, which no NAT on the way knows. A punch opens them before anybody sends there.
     */
    void portChanged(long nowNanos) {
        if (peer.state() != PeerState.SEEKING) {
            return;
        }
        peer.events().add(nowNanos, Kind.OTHER_PORT, "");
        puncher.all(0, nowNanos);
        puncher.again(nowNanos);
    }

    /** The peer begins to punch, so this is the moment for both. */
    void knocked(long nowNanos) {
        if (peer.isConnected() || nowNanos - knockedNanos < KNOCKED_EVERY_NANOS) {
            return;
        }
        knockedNanos = nowNanos;
        peer.events().add(nowNanos, Kind.KNOCKED, "");
        demand.invited(nowNanos);
        if (peer.state() != PeerState.SEEKING) {
            return;
        }
        puncher.again(nowNanos);
        if (isLeader && call == null) {
            nextCallNanos = nowNanos;
        }
    }

    /** The peer is calling, as its cookie proves, so a call of this node would only get in its way. */
    public void helloSeen(long nowNanos) {
        // A hello is resent until it is answered.
        peer.events().addUnlessNewest(nowNanos, Kind.CALLED, "");
        reachability.answered();
        helloNanos = nowNanos;
        if (!peer.isConnected()) {
            demand.invited(nowNanos);
        }
        if (call == null) {
            long leftAloneUntil = nowNanos + LEFT_ALONE_NANOS;
            nextCallNanos = leftAloneUntil - nextCallNanos > 0 ? leftAloneUntil : nextCallNanos;
        }
    }

    /** Calls although there is a session: its key is old, or has sealed half of the records that it may. */
    void renew(long nowNanos) {
        peer.events().add(nowNanos, Kind.RENEWING, "");
        nextCallNanos = nowNanos;
    }

    boolean isCalling() {
        return call != null;
    }

    /** Does everything that is due, and sets the deadlines of the rest. */
    void tick(long nowNanos) {
        puncher.tick(nowNanos);
        if (needsCall() && nowNanos - nextCallNanos >= 0) {
            startCall(nowNanos);
        }
        reachability.tick(nowNanos);
        if (call != null && call.holdsSlot() && call.answeredFrom() == null) {
            deadlines.set(PeerTimer.CALL_SLOT, call.startedNanos() + SLOT_UNANSWERED_NANOS);
            if (deadlines.isDue(PeerTimer.CALL_SLOT, nowNanos)) {
                releaseSlot(call);
                deadlines.stop(PeerTimer.CALL_SLOT);
            }
        } else {
            deadlines.stop(PeerTimer.CALL_SLOT);
        }
        if (needsCall()) {
            deadlines.set(PeerTimer.CALL, nextCallNanos);
        } else {
            deadlines.stop(PeerTimer.CALL);
        }
    }

    /** The association that is calling the peer, or null. */
    public Association calling() {
        return call == null ? null : call.association();
    }

    /** A record for the calling association came from {@code source}: the call goes on to this endpoint alone. */
    public void answeredFrom(Endpoint source, long nowNanos) {
        if (call != null && call.answeredFrom() == null) {
            call.answeredFrom(source);
            peer.events().add(nowNanos, Kind.ANSWERED, source.toString());
            reachability.answered();
        }
    }

    /**
     * The peer was reached, by this connector's call or by its own. A leader's call that was answered goes on: the
     * other end may have that session already, and both ends are to use it (paper row P50).
     */
    void connected() {
        if (call != null && (!isLeader || call.answeredFrom() == null)) {
            endCall();
        }
        reachability.connected();
        failures = 0;
        lastFailure = "";
        puncher.end();
    }

    void close() {
        if (call != null) {
            endCall();
        }
    }

    private boolean needsCall() {
        return call == null && (peer.state() == PeerState.RENEWING || peer.state() == PeerState.SEEKING);
    }

    private void startCall(long nowNanos) {
        if (!settings.callSlots().tryAcquire()) {
            nextCallNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(SLOT_RETRY_MILLIS);
            return;
        }
        boolean isToKnock = failures > 0 && (failures <= LAST_KNOCKING_FAILURE || peer.hasKept());
        if (isToKnock && !peer.isConnected()) {
            node.knocks().knock(peer.virtualAddress());
        }
        call = new OutgoingCall(targets.list(), nowNanos, peer, budget, node, this);
        peer.events().add(nowNanos, Kind.CALLING, Candidates.text(call.endpoints()));
        call.start(settings.handshakes(), handshakeSettings);
    }

    /** Whether it is time to call by way of IEX, too. Asked by the handshake's thread. */
    @Override
    public boolean mayRelay(long nowNanos) {
        return !peer.isConnected() && nowNanos - relayAtNanos >= 0 && node.mayRelayTo(peer);
    }

    private void endCall() {
        Association ending = call.association();
        releaseSlot(call);
        call = null;
        // A call whose start has failed, for lack of memory or a thread, has none.
        if (ending != null) {
            ending.close();
        }
    }

    private void releaseSlot(OutgoingCall of) {
        if (of.letGoOfSlot()) {
            settings.callSlots().release();
        }
    }

    @Override
    public void callEstablished(OutgoingCall done, long nowNanos) {
        if (call != done) {
            done.association().discard();
            return;
        }
        call = null;
        releaseSlot(done);
        receiver.established(done.association(), done.answeredFrom(), done.startedNanos(), nowNanos);
    }

    @Override
    public void callFailed(OutgoingCall failed, HandshakeFailure reason, long nowNanos) {
        if (call != failed) {
            return;
        }
        call = null;
        releaseSlot(failed);
        failures++;
        targets.failedAt(failed.answeredFrom());
        reachability.failed(reason);
        peer.events().add(nowNanos, Kind.CALL_FAILED, reason.sentence());
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 10));
        pause += settings.jitter().applyAsLong(pause / 2);
        nextCallNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(pause);
        if (!peer.isConnected() && !reason.sentence().equals(lastFailure)) {
            lastFailure = reason.sentence();
            LOG.log(System.Logger.Level.WARNING, "peer={0} not connected: {1}", peer, lastFailure);
        }
    }
}
