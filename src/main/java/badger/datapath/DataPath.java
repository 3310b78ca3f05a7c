package badger.datapath;

import badger.connect.ConnectMode;
import badger.connect.ConnectPolicy;
import badger.connect.IncomingCalls;
import badger.connect.SessionTimings;
import badger.counter.Counters;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.handshake.Association;
import badger.handshake.HandshakeSettings;
import badger.peer.Candidates;
import badger.peer.IexInbox;
import badger.peer.KnockSender;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerEvent;
import badger.peer.PeerLifecycle;
import badger.session.PathOpener;
import badger.thread.RestartingLoop;
import badger.tun.Tun;
import badger.udp.Endpoint;
import badger.udp.MainSocket;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.udp.UdpNetwork;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Everything that moves packets: starts and ends the loops, and holds what they share. The TUN, the network and the
 * main socket are lent by the node, which closes them after this.
 */
public final class DataPath implements PeerLifecycle, AutoCloseable {
    /**
     * Handshakes that this node may have under way as a client. With more, a node of a large mesh would answer none of
     * them before the other ends lose patience and send everything again.
     */
    static final int MAX_CALLS = 16;

    private static final int TIMER_MILLIS = 50;
    private static final long CLOSE_MILLIS = 1_000;
    private static final int SMALLEST_SLOT_BYTES = 2_048;

    /**
     * The seams, opened by the node.
     *
     * @param relay what may be relayed, by the main socket
     */
    public record Seams(Tun tun, UdpNetwork network, MainSocket mainSocket, SharedSender mainSender, Relay relay) {}

    private final Seams seams;
    private final NodeAddresses own;
    private final HandshakeSettings handshakeSettings;
    private final SessionTimings timers;
    private final ConnectMode connecting;
    private final Counters counters;
    private final Tally pollerTally;
    private final PeerDirectory peers = new PeerDirectory();
    private final IncomingCalls acceptor;
    private final DatagramRouter router;
    private final ConcurrentHashMap<Peer, PeerLoop> loops = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Peer, Thread> peerThreads = new ConcurrentHashMap<>();
    private final Semaphore callSlots = new Semaphore(MAX_CALLS);
    private final PathOpener paths;
    private final List<Thread> threads = new ArrayList<>();
    private volatile KnockSender knocker = virtualAddress -> {};
    private volatile Runnable portTaker = () -> {};
    private volatile boolean isClosed;

    public DataPath(
            Seams seams,
            NodeAddresses own,
            HandshakeSettings handshakeSettings,
            SessionTimings timers,
            ConnectPolicy connecting,
            Counters counters) {
        this.seams = seams;
        this.paths = new PathOpener(seams.network(), seams.mainSocket());
        this.own = own;
        this.handshakeSettings = handshakeSettings;
        this.timers = timers;
        this.connecting = new ConnectMode(connecting);
        this.counters = counters;
        this.pollerTally = counters.traffic().open();
        this.acceptor = new IncomingCalls(handshakeSettings, seams.mainSender(), peers, counters, this::accepted);
        this.router = new DatagramRouter(peers, acceptor, handshakeSettings.connectionIds(), seams.relay(), counters);
    }

    public void start() {
        for (int queue = 0; queue < seams.tun().queues(); queue++) {
            String name = queue == 0 ? "badger-outbound" : "badger-outbound-" + queue;
            startPlatform(name, new OutboundLoop(seams.tun(), queue, peers, own, counters));
        }
        startPlatform("badger-main-socket", new MainSocketLoop(seams.mainSocket(), router, counters));
        startPlatform("badger-timer", this::wakePeers);
    }

    /** Names the only source from which maps are taken, and who takes them. */
    public void routeIex(Endpoint endpoint, IexInbox inbox) {
        router.routeIex(endpoint, inbox);
    }

    /** Names who asks peers to punch. */
    public void knockBy(KnockSender newKnocker) {
        knocker = newKnocker;
    }

    /** Names what gives the node another port, if it can and may; it tells of it by {@link #portChanged}. */
    public void takePortBy(Runnable newPortTaker) {
        portTaker = newPortTaker;
    }

    public void takeAnotherPort() {
        portTaker.run();
    }

    /** The main socket has another port: peers without a session are punched from there. Any thread. */
    public void portChanged() {
        loops.forEach((peer, loop) -> peer.post(() -> loop.keeper().portChanged()));
    }

    public PeerDirectory peers() {
        return peers;
    }

    @Override
    public Peer open(int virtualAddress, Candidates candidates) {
        int slotBytes =
                Math.max(SMALLEST_SLOT_BYTES, Integer.highestOneBit(seams.tun().mtu() + 128) * 2);
        Peer peer = new Peer(virtualAddress, candidates, slotBytes);
        peer.pathEvents().add(PeerEvent.Kind.CANDIDATES, candidates.toString());
        counters.traffic().add(peer.traffic());
        PeerLoop loop = new PeerLoop(peer, this);
        loops.put(peer, loop);
        peerThreads.put(peer, Thread.ofVirtual().name("badger-peer-" + peer).unstarted(loop));
        return peer;
    }

    /** Starts the thread of an opened peer, once {@link #peers} knows it. */
    @Override
    public void start(Peer peer) {
        peerThreads.get(peer).start();
    }

    @Override
    public void mapReceived(Peer peer, boolean haveCandidatesChanged) {
        PeerLoop loop = loops.get(peer);
        if (haveCandidatesChanged) {
            peer.pathEvents().add(PeerEvent.Kind.CANDIDATES, peer.candidates().toString());
        }
        // A dormant peer reads the candidates when it wakes. It wakes now if that is how it goes from now on.
        if (loop != null && !(peer.isDormant() && isOnDemand())) {
            peer.post(() -> loop.keeper().mapReceived(haveCandidatesChanged));
        }
    }

    @Override
    public void knocked(Peer peer) {
        PeerLoop loop = loops.get(peer);
        if (loop != null) {
            peer.post(() -> loop.keeper().knocked());
        }
    }

    @Override
    public void close(Peer peer) {
        peer.close();
        loops.remove(peer);
        peerThreads.remove(peer);
    }

    /** Ends all loops, saying farewell to every peer. The TUN and the main socket end with it. */
    @Override
    public void close() {
        isClosed = true;
        acceptor.close();
        List<Thread> ending = new ArrayList<>(peerThreads.values());
        loops.keySet().forEach(Peer::close);
        seams.tun().close();
        joinAll(ending);
        seams.mainSocket().close();
        threads.forEach(Thread::interrupt);
        joinAll(threads);
    }

    private void accepted(Peer peer, Association association, Endpoint endpoint, long startedNanos) {
        PeerLoop loop = loops.get(peer);
        if (loop == null) {
            // The map has just taken the peer away.
            association.close();
            association.protection().close();
        } else {
            peer.post(() -> loop.keeper().established(association, endpoint, startedNanos));
        }
    }

    /** This host's addresses or routes have changed. Any thread. */
    public void networkChanged() {
        loops.forEach((peer, loop) -> peer.post(() -> loop.keeper().networkChanged()));
    }

    /** Whether the peer may be reached by way of IEX now. */
    public boolean mayRelayTo(Peer peer) {
        return seams.relay().offer() != null && peer.takesRelayed();
    }

    /** Runs on the thread of the network's poller, of which there is one. */
    public void wakeByPoller(Peer peer) {
        pollerTally.add(Traffic.POLLER_WAKE_UPS, 1);
        peer.alarm().wake();
    }

    /** Asks a peer to punch, by way of IEX. */
    public void knock(int virtualAddress) {
        knocker.knock(virtualAddress);
    }

    public Relay relay() {
        return seams.relay();
    }

    /** Whether sessions are opened when there is a packet for the peer, not when the map names it. */
    public boolean isOnDemand() {
        return connecting.isOnDemand(peers.size());
    }

    public PathOpener paths() {
        return paths;
    }

    public Semaphore callSlots() {
        return callSlots;
    }

    public Tun tun() {
        return seams.tun();
    }

    public SharedSender mainSender() {
        return seams.mainSender();
    }

    public HandshakeSettings handshakeSettings() {
        return handshakeSettings;
    }

    public SessionTimings timers() {
        return timers;
    }

    public Counters counters() {
        return counters;
    }

    IncomingCalls acceptor() {
        return acceptor;
    }

    DatagramRouter router() {
        return router;
    }

    public int ownAddress() {
        return own.ipv4().address();
    }

    public Ipv4Prefix ownPrefix() {
        return own.ipv4();
    }

    NodeAddresses own() {
        return own;
    }

    /** Wakes peers whose time has come: timed parking would allocate on the peers' own threads. */
    private void wakePeers() {
        while (!isClosed) {
            try {
                Thread.sleep(TIMER_MILLIS);
            } catch (InterruptedException closing) {
                return;
            }
            long now = System.nanoTime();
            for (Peer peer : peers.table().peers()) {
                peer.alarm().wakeIfDue(now);
            }
        }
    }

    private void startPlatform(String name, Runnable loop) {
        threads.add(Thread.ofPlatform().name(name).daemon(true).start(new RestartingLoop(loop, () -> isClosed)));
    }

    private static void joinAll(List<Thread> ending) {
        long deadline = System.currentTimeMillis() + CLOSE_MILLIS;
        try {
            for (Thread thread : ending) {
                thread.join(Math.max(1, deadline - System.currentTimeMillis()));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
