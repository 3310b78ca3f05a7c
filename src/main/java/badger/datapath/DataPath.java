package badger.datapath;

import badger.connect.ConnectSettings;
import badger.connect.IncomingCalls;
import badger.connect.PeerController;
import badger.counter.Counters;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.handshake.Association;
import badger.peer.Candidates;
import badger.peer.IexInbox;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerEvent;
import badger.peer.PeerLifecycle;
import badger.peer.PeerTask;
import badger.session.PathSockets;
import badger.session.PeerPath;
import badger.thread.RestartingLoop;
import badger.tun.Tun;
import badger.udp.Endpoint;
import badger.udp.MainSocket;
import badger.udp.UdpNetwork;
import badger.wire.NodeAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everything that moves packets: starts and ends the loops, and holds what they share. The node lends the TUN, the
 * network and the main socket, and closes them after this.
 */
public final class DataPath implements PeerLifecycle, AutoCloseable {
    private static final int TIMER_MILLIS = 50;
    private static final long CLOSE_MILLIS = 1_000;
    private static final int SMALLEST_SLOT_BYTES = 2_048;

    /** The seams, opened by the node. */
    public record Seams(Tun tun, UdpNetwork network, MainSocket mainSocket) {}

    private final Seams seams;
    private final NodeAddresses own;
    private final ConnectSettings connectSettings;
    private final NodeContext node;
    private final Counters counters;
    private final Tally pollerTally;
    private final IncomingCalls incomingCalls;
    private final DatagramRouter router;
    private final ConcurrentHashMap<Peer, PeerLoop> loops = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Peer, Thread> peerThreads = new ConcurrentHashMap<>();
    private final PathSockets paths;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isClosed;

    /** @param iexInbox receives the datagrams from IEX, once {@link #routeIex} has said where that is */
    public DataPath(
            Seams seams, NodeAddresses own, NodeContext node, ConnectSettings connectSettings, IexInbox iexInbox) {
        this.seams = seams;
        this.own = own;
        this.node = node;
        this.connectSettings = connectSettings;
        this.paths = new PathSockets(seams.network(), seams.mainSocket());
        this.counters = node.counters();
        this.pollerTally = counters.traffic().open();
        this.incomingCalls = new IncomingCalls(
                node, connectSettings.handshakes(), connectSettings.handshakeSettings(), this::accepted);
        this.router = new DatagramRouter(
                node, incomingCalls, connectSettings.handshakeSettings().connectionIds(), iexInbox);
    }

    public void start() {
        for (int queue = 0; queue < seams.tun().queues(); queue++) {
            String name = queue == 0 ? "badger-outbound" : "badger-outbound-" + queue;
            startPlatform(name, new OutboundLoop(seams.tun(), queue, node, own));
        }
        startPlatform("badger-main-socket", new MainSocketLoop(seams.mainSocket(), router, counters));
        startPlatform("badger-timer", this::wakePeers);
    }

    /** Sets the only source from which maps are taken. Any thread. */
    public void routeIex(Endpoint endpoint) {
        router.routeIex(endpoint);
    }

    /** The main socket has another port: punches to peers without a session go out from there. Any thread. */
    public void portChanged() {
        loops.forEach((peer, loop) -> peer.post(loop.controller()::portChanged));
    }

    @Override
    public Peer open(int virtualAddress, Candidates candidates) {
        int slotBytes =
                Math.max(SMALLEST_SLOT_BYTES, Integer.highestOneBit(seams.tun().mtu() + 128) * 2);
        Peer peer = new Peer(virtualAddress, candidates, slotBytes);
        peer.events().add(node.nanoTime(), PeerEvent.Kind.CANDIDATES, candidates.toString());
        counters.traffic().add(peer.traffic());
        PeerController controller = new PeerController(
                peer, node, connectSettings, (endpoint, isReplacement) -> openPath(peer, endpoint, isReplacement));
        PeerLoop loop = new PeerLoop(peer, controller, this);
        loops.put(peer, loop);
        peerThreads.put(peer, Thread.ofVirtual().name("badger-peer-" + peer).unstarted(loop));
        return peer;
    }

    /** Starts the thread of an opened peer, once the directory knows it. */
    @Override
    public void start(Peer peer) {
        peerThreads.get(peer).start();
    }

    @Override
    public void mapReceived(Peer peer, boolean haveCandidatesChanged) {
        PeerLoop loop = loops.get(peer);
        if (haveCandidatesChanged) {
            peer.events()
                    .add(
                            node.nanoTime(),
                            PeerEvent.Kind.CANDIDATES,
                            peer.candidates().toString());
        }
        // A dormant peer reads the candidates when it wakes. It wakes now if sessions are no longer opened on demand.
        if (loop != null && !(peer.isDormant() && connectSettings.mode().isOnDemand())) {
            peer.post(nowNanos -> loop.controller().mapReceived(haveCandidatesChanged, nowNanos));
        }
    }

    @Override
    public void knocked(Peer peer) {
        PeerLoop loop = loops.get(peer);
        if (loop != null) {
            peer.post(loop.controller()::knocked);
        }
    }

    @Override
    public void close(Peer peer) {
        peer.close();
        loops.remove(peer);
        peerThreads.remove(peer);
    }

    /** Ends all loops and sends farewells to every peer. The TUN and the main socket end with it. */
    @Override
    public void close() {
        isClosed = true;
        incomingCalls.close();
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
            // The map has just removed the peer.
            association.discard();
        } else {
            peer.post(new PeerTask() {
                @Override
                public void run(long nowNanos) {
                    loop.controller().established(association, endpoint, startedNanos, nowNanos);
                }

                @Override
                public void discard() {
                    association.discard();
                }
            });
        }
    }

    /** This host's addresses or routes have changed. Any thread. */
    public void networkChanged() {
        loops.forEach((peer, loop) -> peer.post(loop.controller()::networkChanged));
    }

    private PeerPath openPath(Peer peer, Endpoint endpoint, boolean isReplacement) {
        PeerPath path = paths.open(endpoint, isReplacement);
        path.onReadable(() -> wakeByPoller(peer));
        return path;
    }

    /** Runs on the network's one poller thread. */
    private void wakeByPoller(Peer peer) {
        pollerTally.add(Traffic.POLLER_WAKE_UPS, 1);
        peer.waker().wake();
    }

    Tun tun() {
        return seams.tun();
    }

    Counters counters() {
        return counters;
    }

    IncomingCalls incomingCalls() {
        return incomingCalls;
    }

    DatagramRouter router() {
        return router;
    }

    NodeAddresses own() {
        return own;
    }

    /** Wakes peers when their time has come: timed parking would allocate on the peers' own threads. */
    private void wakePeers() {
        while (!isClosed) {
            try {
                Thread.sleep(TIMER_MILLIS);
            } catch (InterruptedException closing) {
                return;
            }
            long now = System.nanoTime();
            for (Peer peer : node.directory().table().peers()) {
                peer.waker().wakeIfDue(now);
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
