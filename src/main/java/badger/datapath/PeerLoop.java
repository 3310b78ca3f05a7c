package badger.datapath;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.dtls.Association;
import badger.peer.PathEvent.Kind;
import badger.peer.Peer;
import badger.peer.PeerPath;
import badger.peer.Session;
import badger.tun.Tun;
import badger.tun.TunWriter;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The virtual thread of one peer: reads the peer's datagrams, opens their records and writes the packets to the TUN. It
 * makes only calls that do not block, but for one that waits for its own socket, and parks when there is nothing to do;
 * the poller, the main socket's thread, the timer and the peer's handshakes wake it. It owns the peer's sessions and its
 * buffers.
 */
final class PeerLoop implements Runnable {
    /** Larger than any record a peer may send: its MTU is at most 9000. */
    static final int DATAGRAM_BYTES = 16 * 1024;

    /** How long a peer without traffic blocks a carrier before the poller takes over. */
    private static final int BLOCK_MILLIS = 100;

    private static final long HOLD_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long UNSETTLED_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long START_ANEW_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final System.Logger LOG = System.getLogger(PeerLoop.class.getName());

    private final Peer peer;
    private final DataPath dataPath;
    private final Counters counters;
    private final Tally tally;
    private final SessionSet sessions;
    private final Connector connector;
    private final Upkeep upkeep;
    private MemorySegment spare;
    private PeerReceiver receiver;
    private long nowNanos;
    private long nextTickNanos;

    PeerLoop(Peer peer, DataPath dataPath) {
        this.peer = peer;
        this.dataPath = dataPath;
        this.counters = dataPath.counters();
        this.tally = peer.traffic().open();
        boolean isLeader = Integer.compareUnsigned(dataPath.ownAddress(), peer.virtualAddress()) > 0;
        this.sessions = new SessionSet(peer, isLeader, this::openPath);
        this.connector = new Connector(peer, isLeader, dataPath, this::established);
        this.upkeep = new Upkeep(dataPath.timers(), isLeader);
    }

    @Override
    public void run() {
        peer.adoptThread();
        try (Arena loopArena = Arena.ofConfined()) {
            spare = loopArena.allocate(DATAGRAM_BYTES, 64);
            TunInlet inlet = new TunInlet(
                    tunWriters(loopArena),
                    dataPath.tun().offloads(),
                    new TunInlet.Addresses(peer, dataPath.own()),
                    counters,
                    tally,
                    loopArena);
            RecordReader records = new RecordReader(peer, sessions, connector, dataPath.acceptor(), inlet, loopArena);
            receiver = new PeerReceiver(peer, records, dataPath.router(), tally, loopArena);
            while (!peer.isClosed()) {
                try {
                    runRounds();
                } catch (RuntimeException | Error unexpected) {
                    startAnew(unexpected);
                }
            }
        } finally {
            connector.close();
            sessions.close();
            counters.traffic().close(peer.traffic());
            peer.free();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Of virtual threads, which have no other way to share a carrier.
    private void runRounds() {
        long sliceStartNanos = System.nanoTime();
        while (!peer.isClosed()) {
            peer.startRound();
            if (!runRound()) {
                // Whichever way the peer's datagrams come, none waits.
                receiver.caughtUp();
                awaitWork();
                tally.add(Traffic.PEER_WAKE_UPS, 1);
                sliceStartNanos = System.nanoTime();
            } else if (nowNanos - sliceStartNanos > SLICE_NANOS) {
                // Nobody takes the carrier from a virtual thread: as many busy peers as there are processors would keep
                // all other peers and all handshakes waiting.
                Thread.yield();
                sliceStartNanos = System.nanoTime();
            }
        }
    }

    /**
     * Waits for a datagram or a wake-up. A peer with traffic waits in the system call itself, which spares each datagram
     * a wake-up by way of the poller; but only as long as there are carriers to spare.
     */
    private void awaitWork() {
        Semaphore spareCarriers = Carriers.spare();
        boolean mayBlock = receiver.hasTraffic()
                && sessions.isSettled()
                && sessions.current().path().hasOwnSocket();
        if (mayBlock && spareCarriers.tryAcquire()) {
            try {
                receiver.setTraffic(peer.waitAt(sessions.current().path(), BLOCK_MILLIS));
            } finally {
                spareCarriers.release();
            }
        } else {
            armPaths();
            peer.park();
        }
    }

    /** A lack of memory or descriptors may be over in a moment, and a peer without a thread would be lost for good. */
    private void startAnew(Throwable unexpected) {
        if (peer.isClosed()) {
            return;
        }
        LOG.log(System.Logger.Level.ERROR, "peer=" + peer + " starts anew", unexpected);
        connector.close();
        sessions.close();
        LockSupport.parkNanos(START_ANEW_AFTER_NANOS);
        nextTickNanos = System.nanoTime();
        connector.restart(nextTickNanos);
    }

    /** Takes over an association, on the peer's thread. */
    void established(Association association, Endpoint endpoint, long startedNanos) {
        if (peer.isClosed()) {
            association.close();
            association.protection().close();
            return;
        }
        nowNanos = System.nanoTime();
        Session fresh = sessions.add(association, endpoint, startedNanos, nowNanos);
        connector.connected();
        dataPath.peers().learn(endpoint, peer);
        upkeep.began(nowNanos);
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

    void mapReceived(boolean haveCandidatesChanged) {
        connector.mapReceived(haveCandidatesChanged, System.nanoTime());
        nextTickNanos = System.nanoTime();
    }

    /** One look at everything that may have come. @return whether anything had */
    boolean runRound() {
        nowNanos = System.nanoTime();
        receiver.startRound(nowNanos);
        boolean hasWorked = peer.runEvents();
        hasWorked |= receiver.receive(sessions);
        if (hasWorked || peer.hasKept() || nowNanos - nextTickNanos >= 0) {
            tick();
        }
        return hasWorked;
    }

    private void tick() {
        boolean hadSession = sessions.current() != null;
        if (sessions.tidy(nowNanos) || (hadSession && hasGivenUp(sessions.current()))) {
            LOG.log(System.Logger.Level.INFO, "peer={0} disconnected", peer);
            peer.pathEvents().add(Kind.ENDED, "");
            connector.restart(nowNanos);
        }
        Session current = sessions.current();
        if (current != null) {
            if (!current.mayTransmit() && nowNanos - current.establishedNanos() > HOLD_BACK_NANOS) {
                current.allowTransmit();
            }
            sessions.elect();
            if (upkeep.wantsRenewal(current, nowNanos)) {
                connector.renew(nowNanos);
            }
            keepAlive(current);
            sendKept(current);
        }
        nextTickNanos = connector.tick(nowNanos);
        if (current != null) {
            nextTickNanos = Math.min(nextTickNanos, upkeep.nextNanos());
        }
        if (current != null && !sessions.isSettled()) {
            nextTickNanos = Math.min(nextTickNanos, nowNanos + UNSETTLED_TICK_NANOS);
        }
        peer.wakeAt(nextTickNanos);
    }

    /** @return whether the peer has lost its last session now */
    private boolean hasGivenUp(Session current) {
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
        if (current.association().isBadger()) {
            sendKeepalive(current);
        } else {
            connector.punchAt(current.path().endpoint(), nowNanos);
        }
    }

    /** An empty record; only to Badger nodes, since the paper's own program fails on one (paper row P59). */
    private void sendKeepalive(Session session) {
        session.transmit(spare, Session.HEADROOM_BYTES, 0);
    }

    private void sendKept(Session current) {
        if (!current.mayTransmit()) {
            return;
        }
        int length = peer.takeKept(spare, Session.HEADROOM_BYTES);
        while (length >= 0) {
            if (current.transmit(spare, Session.HEADROOM_BYTES, length) != Session.Result.SENT) {
                counters.count(DropReason.OUTBOUND_SEND_FAILED);
            }
            length = peer.takeKept(spare, Session.HEADROOM_BYTES);
        }
    }

    private List<TunWriter> tunWriters(Arena loopArena) {
        Tun tun = dataPath.tun();
        return IntStream.range(0, tun.queues())
                .mapToObj(queue -> tun.writer(loopArena, queue))
                .toList();
    }

    private PeerPath openPath(Endpoint endpoint) {
        PeerPath path = dataPath.openPath(endpoint);
        path.onReadable(() -> dataPath.wakeByPoller(peer));
        return path;
    }

    private void armPaths() {
        if (sessions.current() != null) {
            sessions.current().path().arm();
        }
        // No iterator: this is for every packet of a quiet flow.
        for (int i = 0; i < sessions.older().size(); i++) {
            sessions.older().get(i).path().arm();
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
