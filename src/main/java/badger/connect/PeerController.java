package badger.connect;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.handshake.Association;
import badger.path.PathChooser;
import badger.path.PathMtu;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.session.PathOpener;
import badger.session.SendResult;
import badger.session.Session;
import badger.session.SessionSet;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Looks after the sessions of one peer: takes over those that handshakes bring, keeps them alive, has them renewed, gives
 * them up, and sends what was kept for them. Used by the peer's thread.
 */
public final class PeerController {
    private static final long HOLD_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long UNSETTLED_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long EXPIRY_TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * While nothing comes but packets of the path in use, they are looked after so often. If it were more often, the compiler
     * would soon take {@link #tick} for hot, and spend most of a second on it and all below it, beside the load.
     */
    private static final long PACKETS_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * If no more come, so late after the last look: then they have ceased, if the last came before the next look was due. Not
     * sooner than the thread has given up to wait for the next in poll(2) ({@code PeerLoop.BLOCK_MILLIS}), out of which it
     * would be woken.
     */
    private static final long LAST_PACKETS_TICK_NANOS = PACKETS_TICK_NANOS + SessionLiveness.CEASED_AFTER_NANOS;

    /** Far beyond every time, and yet such that differences do not overflow. */
    private static final long NEVER_NANOS = Long.MAX_VALUE / 4;

    /** Room for a kept packet with all that a record adds: an MTU is at most 9000. */
    private static final int SPARE_BYTES = 16 * 1024;

    private static final System.Logger LOG = System.getLogger(PeerController.class.getName());

    private final Peer peer;
    private final NodeContext node;
    private final Counters counters;
    private final SessionSet sessions;
    private final Connector connector;
    private final Dormancy dormancy;
    private final SessionLiveness upkeep;
    private final PathChooser chooser;
    private final PathMtu mtu;
    private MemorySegment spare;
    private long nowNanos;
    private long nextTickNanos;
    private long tickedNanos;

    /** @param paths opens those of this peer, and has its thread woken when a datagram waits on one */
    public PeerController(Peer peer, NodeContext node, ConnectSettings settings, PathOpener paths) {
        this.peer = peer;
        this.node = node;
        this.counters = node.counters();
        boolean isLeader = Integer.compareUnsigned(settings.ownPrefix().address(), peer.virtualAddress()) > 0;
        this.sessions = new SessionSet(peer, peer.traffic(), peer::useSession, isLeader, paths);
        Demand demand = new Demand(settings.timings().idle());
        this.connector = new Connector(peer, isLeader, node, settings, demand, this::established);
        this.dormancy = new Dormancy(peer, settings, demand, connector);
        this.upkeep = new SessionLiveness(settings.timings(), isLeader);
        this.chooser = new PathChooser(peer, sessions, node);
        this.mtu = new PathMtu(peer, sessions, node);
    }

    /** @param loopArena of the peer's thread */
    public void prepare(Arena loopArena) {
        spare = loopArena.allocate(SPARE_BYTES, 64);
        chooser.prepare(loopArena);
        mtu.prepare(loopArena);
    }

    public SessionSet sessions() {
        return sessions;
    }

    public PathChooser paths() {
        return chooser;
    }

    public PathMtu mtu() {
        return mtu;
    }

    public Connector connector() {
        return connector;
    }

    /** Ends every call and session. */
    public void close() {
        connector.close();
        sessions.close();
    }

    /** Begins anew after {@link #close}. */
    public void restart() {
        nextTickNanos = System.nanoTime();
        dormancy.disconnected(nextTickNanos);
    }

    /**
     * Does what is due, at the end of a round.
     *
     * @param hasNews whether anything has come in it that changes more than {@link Session#heard} does
     * @param hasReceived whether anything has
     */
    public void look(boolean hasNews, boolean hasReceived, long roundNanos) {
        nowNanos = roundNanos;
        boolean isTimeForPackets =
                hasReceived && (nowNanos - tickedNanos >= PACKETS_TICK_NANOS || !sessions.isSettled());
        if (hasNews || isTimeForPackets || peer.hasKept() || nowNanos - nextTickNanos >= 0) {
            tickedNanos = nowNanos;
            tick();
        } else if (hasReceived && nextTickNanos - tickedNanos > LAST_PACKETS_TICK_NANOS) {
            nextTickNanos = tickedNanos + LAST_PACKETS_TICK_NANOS;
            peer.alarm().wakeAt(nextTickNanos);
        }
    }

    /** Takes over an association, on the peer's thread. */
    public void established(Association association, Endpoint endpoint, long startedNanos) {
        if (peer.isClosed()) {
            association.close();
            association.protection().close();
            return;
        }
        nowNanos = System.nanoTime();
        boolean isFirst = sessions.current() == null;
        Session fresh = sessions.add(association, endpoint, startedNanos, nowNanos);
        connector.connected();
        dormancy.connected(isFirst, association.role() == Association.Role.SERVER, nowNanos);
        node.directory().learn(endpoint, peer);
        upkeep.began(nowNanos);
        chooser.began(nowNanos);
        nextTickNanos = nowNanos;
        if (association.role() == Association.Role.CLIENT && association.isBadger()) {
            // The server waits for this before it sends: it cannot know otherwise that its last flight arrived.
            sendKeepalive(fresh);
        }
        peer.pathEvents()
                .add(
                        Kind.CONNECTED,
                        endpoint + " as " + association.role().name().toLowerCase(Locale.ROOT));
        LOG.log(
                System.Logger.Level.INFO,
                "peer={0} connected endpoint={1} role={2} suite={3} {4} after {5} ms",
                peer,
                endpoint,
                association.role().name().toLowerCase(Locale.ROOT),
                association.cipherSuite(),
                association.isBadger() ? "badger/1" : "plain",
                TimeUnit.NANOSECONDS.toMillis(nowNanos - startedNanos));
        checkIdentity(association);
    }

    public void mapReceived(boolean haveCandidatesChanged) {
        nextTickNanos = System.nanoTime();
        connector.mapReceived(haveCandidatesChanged, nextTickNanos);
        if (haveCandidatesChanged) {
            chooser.candidatesChanged(nextTickNanos);
        }
    }

    /** The peer punches now. */
    public void knocked() {
        nextTickNanos = System.nanoTime();
        connector.knocked(nextTickNanos);
        chooser.knocked(nextTickNanos);
    }

    /** The main socket has another port. */
    public void portChanged() {
        nextTickNanos = System.nanoTime();
        if (sessions.current() == null) {
            connector.portChanged(nextTickNanos);
        } else if (!sessions.current().path().hasOwnSocket()) {
            chooser.networkChanged(nextTickNanos);
        }
    }

    /** This host's addresses or routes have changed. */
    public void networkChanged() {
        nextTickNanos = System.nanoTime();
        chooser.networkChanged(nextTickNanos);
    }

    private void tick() {
        boolean hadSession = sessions.current() != null;
        if (peer.hasKept()) {
            dropExpired();
        }
        if (sessions.tidy(nowNanos) || (hadSession && hasGivenUp(sessions.current()))) {
            LOG.log(System.Logger.Level.INFO, "peer={0} disconnected", peer);
            peer.pathEvents().add(Kind.ENDED, "");
            dormancy.disconnected(nowNanos);
        }
        Session current = sessions.current();
        if (current == null && !dormancy.isAwake(nowNanos)) {
            nextTickNanos = nowNanos + NEVER_NANOS;
            peer.alarm().wakeAt(Long.MAX_VALUE);
            return;
        }
        if (current != null) {
            if (!current.mayTransmit() && nowNanos - current.establishedNanos() > HOLD_BACK_NANOS) {
                current.allowTransmit();
            }
            sessions.elect();
            if (upkeep.wantsRenewal(current, nowNanos)) {
                connector.renew(nowNanos);
            }
            keepAlive(current);
            if (upkeep.hasCeased(current, nowNanos)) {
                chooser.verify(nowNanos);
            }
            chooser.look(nowNanos, upkeep.isUnanswered(current));
            mtu.look(nowNanos);
            sendKept(current);
        }
        nextTickNanos = connector.tick(nowNanos);
        if (current != null) {
            nextTickNanos =
                    Math.min(nextTickNanos, Math.min(upkeep.nextNanos(current, nowNanos), chooser.nextNanos(nowNanos)));
            nextTickNanos = Math.min(nextTickNanos, mtu.nextNanos(nowNanos));
        }
        if (peer.hasKept()) {
            nextTickNanos = Math.min(nextTickNanos, nowNanos + EXPIRY_TICK_NANOS);
        }
        if (current != null && !sessions.isSettled()) {
            nextTickNanos = Math.min(nextTickNanos, nowNanos + UNSETTLED_TICK_NANOS);
        }
        peer.alarm().wakeAt(nextTickNanos);
    }

    /** @return whether the peer has lost its last session now */
    private boolean hasGivenUp(Session current) {
        if (dormancy.isIdle(current, nowNanos)) {
            sessions.closeAll();
            return true;
        }
        String why = upkeep.whyOver(current, nowNanos);
        if (why.isEmpty()) {
            return false;
        }
        peer.pathEvents().add(Kind.GIVEN_UP, why);
        sessions.closeCurrent();
        return sessions.current() == null;
    }

    private void keepAlive(Session current) {
        if (!upkeep.wantsKeepAlive(current, nowNanos)) {
            return;
        }
        if (current.isBadger()) {
            sendKeepalive(current);
        } else {
            connector.puncher().at(current.path().endpoint(), nowNanos);
        }
    }

    /** An empty record; only to Badger nodes, since the paper's own program fails on one (paper row P59). */
    private void sendKeepalive(Session session) {
        session.transmit(spare, Session.HEADROOM_BYTES, 0);
    }

    /** Whoever has waited so long for an answer has given up or asked again. */
    private void dropExpired() {
        for (int dropped = peer.dropExpired(nowNanos); dropped > 0; dropped--) {
            counters.count(DropReason.OUTBOUND_PENDING_EXPIRED);
        }
    }

    private void sendKept(Session current) {
        if (!current.mayTransmit()) {
            return;
        }
        int length = peer.takeKept(spare, Session.HEADROOM_BYTES);
        if (length >= 0) {
            dormancy.sentKept(nowNanos);
        }
        while (length >= 0) {
            if (current.transmit(spare, Session.HEADROOM_BYTES, length) != SendResult.SENT) {
                counters.count(DropReason.OUTBOUND_SEND_FAILED);
            }
            length = peer.takeKept(spare, Session.HEADROOM_BYTES);
        }
    }

    /** A server's hint may name another node than the map does; the map is only a hint, so this is worth a word. */
    private void checkIdentity(Association association) {
        String identity = association.peerIdentity();
        if (Ipv4Prefix.parseAddress(identity).isPresent() && !identity.equals(peer.toString())) {
            LOG.log(System.Logger.Level.WARNING, "peer={0} calls itself {1}", peer, identity);
        }
    }
}
