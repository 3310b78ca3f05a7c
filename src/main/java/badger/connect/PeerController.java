package badger.connect;

import badger.handshake.Association;
import badger.path.PathChooser;
import badger.path.PathMtu;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.peer.PeerState;
import badger.peer.PeerState.Change;
import badger.peer.PeerTimer;
import badger.record.Role;
import badger.session.PathOpener;
import badger.session.Session;
import badger.session.SessionSet;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.Arena;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The life of one peer. Owns its {@link PeerState}, takes over the sessions that handshakes bring, keeps them alive,
 * has them renewed, gives them up, and sends what was kept for them. The caller gives it every time; one table of
 * {@link Deadlines} says when it wants to be called again. Used by the peer's thread.
 */
public final class PeerController {
    private static final long HOLD_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long UNSETTLED_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long KEPT_PACKETS_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Interval of the looks while only packets of the path in use come. With a shorter one the compiler would soon
     * treat {@link #tick} as hot, and would spend most of a second on it and everything below it while the load runs.
     */
    private static final long PACKETS_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * Delay of the look that notices that packets have stopped, counted from the last look. Longer than
     * {@code PeerLoop.BLOCK_MILLIS}, so that it does not wake the thread out of poll(2).
     */
    private static final long LAST_PACKETS_TICK_NANOS = PACKETS_TICK_NANOS + SessionLiveness.CEASED_AFTER_NANOS;

    private static final System.Logger LOG = System.getLogger(PeerController.class.getName());

    private final Peer peer;
    private final NodeContext node;
    private final ConnectSettings settings;
    private final Deadlines<PeerTimer> deadlines = new Deadlines<>(PeerTimer.class);
    private final SessionSet sessions;
    private final KeptPackets kept;
    private final OnDemand demand;
    private final Connector connector;
    private final SessionLiveness liveness;
    private final PathChooser paths;
    private final PathMtu mtu;
    private long tickedNanos;

    /** @param opener opens the paths of this peer, and has its thread woken when a datagram waits on one */
    public PeerController(Peer peer, NodeContext node, ConnectSettings settings, PathOpener opener) {
        this.peer = peer;
        this.node = node;
        this.settings = settings;
        long nowNanos = node.nanoTime();
        boolean isLeader = Integer.compareUnsigned(settings.ownPrefix().address(), peer.virtualAddress()) > 0;
        this.sessions = new SessionSet(peer, peer.owner(), peer.traffic(), peer::useSession, isLeader, opener);
        this.kept = new KeptPackets(peer, node.counters());
        this.demand = new OnDemand(settings.mode(), settings.timings().idle());
        this.connector = new Connector(peer, isLeader, node, settings, demand, deadlines, this::established, nowNanos);
        this.liveness = new SessionLiveness(settings.timings(), isLeader, deadlines);
        this.paths = new PathChooser(peer, sessions, node, deadlines, nowNanos);
        this.mtu = new PathMtu(peer, sessions, node, deadlines);
        this.tickedNanos = nowNanos;
        deadlines.set(PeerTimer.LOOK, nowNanos);
    }

    /** Makes the buffers, in the arena of the peer's thread. */
    public void prepare(Arena loopArena) {
        kept.prepare(loopArena);
        paths.prepare(loopArena);
        mtu.prepare(loopArena);
    }

    public SessionSet sessions() {
        return sessions;
    }

    public PathChooser paths() {
        return paths;
    }

    public PathMtu mtu() {
        return mtu;
    }

    public Connector connector() {
        return connector;
    }

    /** Ends every call and session, for good. */
    public void close() {
        endAll();
        change(Change.CLOSED);
    }

    /** Ends every call and session; {@link #startAnew} is to follow. */
    public void endAll() {
        connector.close();
        sessions.close();
    }

    /** Begins anew after {@link #endAll}. */
    public void startAnew(long nowNanos) {
        deadlines.stopAll();
        deadlines.set(PeerTimer.LOOK, nowNanos);
        if (peer.state().hasSession()) {
            disconnected(nowNanos);
        } else if (peer.state() == PeerState.SEEKING) {
            seekAgain(nowNanos);
        }
    }

    /**
     * Does everything that is due, at the end of a round.
     *
     * @param hasNews whether the round brought anything that changes more than {@link Session#heard} does
     * @param hasReceived whether the round brought anything
     */
    public void look(boolean hasNews, boolean hasReceived, long nowNanos) {
        assert peer.owner().isCurrent();
        boolean isTimeForPackets = hasReceived && (nowNanos - tickedNanos >= PACKETS_TICK_NANOS || !isSettled());
        if (hasNews || isTimeForPackets || peer.hasKept() || deadlines.isAnyDue(nowNanos)) {
            tickedNanos = nowNanos;
            tick(nowNanos);
        } else if (hasReceived && !deadlines.isSet(PeerTimer.PACKETS)) {
            deadlines.set(PeerTimer.PACKETS, tickedNanos + LAST_PACKETS_TICK_NANOS);
            peer.waker().wakeAt(deadlines.earliestNanos());
        }
    }

    public void established(Association association, Endpoint endpoint, long startedNanos, long nowNanos) {
        if (peer.isClosed()) {
            association.discard();
            return;
        }
        boolean isFirst = sessions.current() == null;
        Session fresh = sessions.add(association, endpoint, startedNanos, nowNanos);
        change(sessions.current().mayTransmit() ? Change.RELEASED : Change.HELD_BACK);
        connector.connected();
        if (association.role() == Role.SERVER) {
            demand.invited(nowNanos);
        }
        demand.began(isFirst, nowNanos);
        node.directory().learn(endpoint, peer);
        liveness.began(nowNanos);
        paths.began(nowNanos);
        deadlines.set(PeerTimer.LOOK, nowNanos);
        if (association.role() == Role.CLIENT && association.isBadger()) {
            // The server waits for this before it sends: nothing else tells it that its last flight arrived.
            kept.sendKeepAlive(fresh);
        }
        String role = association.role().name().toLowerCase(Locale.ROOT);
        peer.events().add(nowNanos, Kind.CONNECTED, endpoint + " as " + role);
        LOG.log(
                System.Logger.Level.INFO,
                "peer={0} connected endpoint={1} role={2} suite={3} {4} after {5} ms",
                peer,
                endpoint,
                role,
                association.cipherSuite(),
                association.isBadger() ? "badger/1" : "plain",
                TimeUnit.NANOSECONDS.toMillis(nowNanos - startedNanos));
        checkIdentity(association);
    }

    public void mapReceived(boolean haveCandidatesChanged, long nowNanos) {
        deadlines.set(PeerTimer.LOOK, nowNanos);
        connector.mapReceived(haveCandidatesChanged, nowNanos);
        if (haveCandidatesChanged) {
            paths.candidatesChanged(nowNanos);
        }
    }

    /** The peer begins to punch. */
    public void knocked(long nowNanos) {
        deadlines.set(PeerTimer.LOOK, nowNanos);
        connector.knocked(nowNanos);
        paths.knocked(nowNanos);
    }

    /** The main socket has another port. */
    public void portChanged(long nowNanos) {
        deadlines.set(PeerTimer.LOOK, nowNanos);
        if (sessions.current() == null) {
            connector.portChanged(nowNanos);
        } else if (!sessions.current().path().hasOwnSocket()) {
            paths.networkChanged(nowNanos);
        }
    }

    /** This host's addresses or routes have changed. */
    public void networkChanged(long nowNanos) {
        deadlines.set(PeerTimer.LOOK, nowNanos);
        paths.networkChanged(nowNanos);
    }

    private void tick(long nowNanos) {
        deadlines.stop(PeerTimer.LOOK);
        deadlines.stop(PeerTimer.PACKETS);
        if (peer.hasKept()) {
            kept.dropExpired(nowNanos);
        }
        boolean hadSession = sessions.current() != null;
        if (sessions.tidy(nowNanos) || (hadSession && hasGivenUp(sessions.current(), nowNanos))) {
            LOG.log(System.Logger.Level.INFO, "peer={0} disconnected", peer);
            peer.events().add(nowNanos, Kind.ENDED, "");
            disconnected(nowNanos);
        }
        Session current = sessions.current();
        if (current == null && !isAwake(nowNanos)) {
            deadlines.stopAll();
            restUntilDue();
            return;
        }
        if (current == null) {
            liveness.rest();
            paths.rest();
            mtu.rest();
        } else {
            lookAfter(current, nowNanos);
        }
        connector.tick(nowNanos);
        setOrStop(PeerTimer.KEPT_PACKETS, peer.hasKept(), nowNanos + KEPT_PACKETS_TICK_NANOS);
        setOrStop(PeerTimer.UNSETTLED, current != null && !isSettled(), nowNanos + UNSETTLED_TICK_NANOS);
        demand.schedule(deadlines);
        restUntilDue();
    }

    private void restUntilDue() {
        if (deadlines.isAnySet()) {
            peer.waker().wakeAt(deadlines.earliestNanos());
        } else {
            peer.waker().wakeNever();
        }
    }

    private void lookAfter(Session current, long nowNanos) {
        if (!current.mayTransmit() && nowNanos - current.establishedNanos() > HOLD_BACK_NANOS) {
            current.allowTransmit();
        }
        sessions.elect();
        // The session's first record may have released it, or an older session may have taken its place.
        if (current.mayTransmit() == (peer.state() == PeerState.HOLDING_BACK)) {
            change(current.mayTransmit() ? Change.RELEASED : Change.HELD_BACK);
        }
        boolean mayRenew = peer.state() == PeerState.CONNECTED && !connector.isCalling();
        if (mayRenew && liveness.wantsRenewal(current, nowNanos)) {
            change(Change.KEY_AGED);
            connector.renew(nowNanos);
        }
        keepAlive(current, nowNanos);
        if (liveness.hasCeased(current, nowNanos)) {
            paths.verify(nowNanos);
        }
        paths.tick(nowNanos, liveness.isUnanswered(current));
        mtu.tick(nowNanos);
        if (kept.send(current)) {
            demand.used(nowNanos);
        }
        liveness.schedule(current, nowNanos);
    }

    private void setOrStop(PeerTimer timer, boolean isWanted, long atNanos) {
        if (isWanted) {
            deadlines.set(timer, atNanos);
        } else {
            deadlines.stop(timer);
        }
    }

    private boolean isSettled() {
        return sessions.isSettled() && peer.state() != PeerState.HOLDING_BACK;
    }

    /** The one place that changes the state. */
    private void change(Change change) {
        peer.updateState(peer.state().after(change));
    }

    /** Decides, while there is no session, whether one is wanted. @return whether one is */
    private boolean isAwake(long nowNanos) {
        if (demand.isWanted(peer.hasKept(), nowNanos)) {
            if (peer.state() != PeerState.SEEKING) {
                seek(nowNanos);
            }
            return true;
        }
        if (peer.state() != PeerState.DORMANT) {
            change(Change.UNWANTED);
            sleep(nowNanos);
        }
        return false;
    }

    /** The last session has ended. */
    private void disconnected(long nowNanos) {
        if (demand.isWanted(peer.hasKept(), nowNanos)) {
            change(Change.LOST);
            seekAgain(nowNanos);
        } else {
            change(Change.LET_GO);
            sleep(nowNanos);
        }
    }

    private void seek(long nowNanos) {
        boolean wasDormant = peer.isDormant();
        change(Change.WANTED);
        if (wasDormant) {
            peer.events().add(nowNanos, Kind.WANTED, peer.hasKept() ? "a packet waits" : "");
        }
        connector.start(nowNanos);
        // The other end may be dormant too, unless it was the one that woke this node.
        connector.knockWithPunches(demand.isOn() && peer.hasKept());
    }

    private void seekAgain(long nowNanos) {
        connector.restart(nowNanos);
        connector.knockWithPunches(demand.isOn());
    }

    private void sleep(long nowNanos) {
        connector.rest();
        peer.events().add(nowNanos, Kind.DORMANT, "");
    }

    /** @return whether the peer has just lost its last session */
    private boolean hasGivenUp(Session current, long nowNanos) {
        if (demand.isIdle(current, peer.hasKept(), nowNanos)) {
            demand.closedIdle(nowNanos);
            long seconds = settings.timings().idle().toSeconds();
            peer.events().add(nowNanos, Kind.IDLE, "no packet for " + seconds + " s");
            sessions.closeAll();
            return true;
        }
        String why = liveness.whyOver(current, nowNanos);
        if (why.isEmpty()) {
            return false;
        }
        peer.events().add(nowNanos, Kind.GIVEN_UP, why);
        sessions.closeCurrent();
        return sessions.current() == null;
    }

    private void keepAlive(Session current, long nowNanos) {
        if (!liveness.wantsKeepAlive(current, nowNanos)) {
            return;
        }
        if (current.isBadger()) {
            kept.sendKeepAlive(current);
            liveness.keptAlive(current);
        } else {
            connector.punchAt(current.path().endpoint(), nowNanos);
        }
    }

    /**
     * Warns when a server's hint names another node than the map does. That is no error, since the map is only a hint.
     */
    private void checkIdentity(Association association) {
        String identity = association.peerIdentity();
        if (Ipv4Prefix.parseAddress(identity).isPresent() && !identity.equals(peer.toString())) {
            LOG.log(System.Logger.Level.WARNING, "peer={0} calls itself {1}", peer, identity);
        }
    }
}
