package badger.datapath;

import badger.connect.PeerController;
import badger.counter.Counters;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.peer.Peer;
import badger.session.SessionSet;
import badger.thread.CarrierThreads;
import badger.tun.Tun;
import badger.tun.TunWriter;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The virtual thread of one peer: reads the peer's datagrams, opens their records and writes the packets to the TUN. It
 * makes only calls that do not block, except one that waits for its own socket, and parks when there is nothing to do.
 * Whoever leaves something for it wakes it ({@link badger.peer.PeerWaker}): the poller, the main socket's thread, the
 * outbound loops, the timer, the IEX link, network changes and handshakes. It owns the peer's sessions and
 * its buffers.
 */
final class PeerLoop implements Runnable {
    /** Larger than any record a peer may send: its MTU is at most 9000. */
    static final int DATAGRAM_BYTES = 16 * 1024;

    /** How long a peer without traffic blocks a carrier before the poller takes over. */
    static final int BLOCK_MILLIS = 100;

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long START_ANEW_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final System.Logger LOG = System.getLogger(PeerLoop.class.getName());

    private final Peer peer;
    private final DataPath dataPath;
    private final Counters counters;
    private final Tally tally;
    private final SessionSet sessions;
    private final PeerController controller;
    private RecordReader records;
    private PeerReceiver receiver;
    private long nowNanos;

    PeerLoop(Peer peer, PeerController controller, DataPath dataPath) {
        this.peer = peer;
        this.dataPath = dataPath;
        this.counters = dataPath.counters();
        this.tally = peer.traffic().open();
        this.controller = controller;
        this.sessions = controller.sessions();
    }

    /** The life of the peer's sessions; for the peer's thread. */
    PeerController controller() {
        return controller;
    }

    @Override
    public void run() {
        peer.owner().adopt();
        try (Arena loopArena = Arena.ofConfined()) {
            controller.prepare(loopArena);
            InboundGate gate = new InboundGate(
                    tunWriters(loopArena),
                    dataPath.tun().offloads(),
                    new InboundGate.Addresses(peer, dataPath.own()),
                    counters,
                    tally,
                    loopArena);
            records = new RecordReader(peer, controller, dataPath.incomingCalls(), gate, loopArena);
            receiver = new PeerReceiver(peer, sessions, records, dataPath.router(), tally, loopArena);
            runUntilClosed();
        } finally {
            controller.close();
            counters.traffic().close(peer.traffic());
            peer.free();
        }
    }

    /**
     * A lack of memory or descriptors may be over in a moment, and without its thread a peer would be lost for good.
     * What ends the sessions may lack the same, so it is tried again as well.
     */
    private void runUntilClosed() {
        boolean hasFailed = false;
        while (!peer.isClosed()) {
            try {
                if (hasFailed) {
                    LockSupport.parkNanos(START_ANEW_AFTER_NANOS);
                    controller.endAll();
                    controller.startAnew(System.nanoTime());
                    hasFailed = false;
                }
                runRounds();
            } catch (RuntimeException | Error unexpected) {
                hasFailed = true;
                if (!peer.isClosed()) {
                    LOG.log(System.Logger.Level.ERROR, "peer=" + peer + " starts anew", unexpected);
                }
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Of virtual threads, which have no other way to share a carrier.
    private void runRounds() {
        long sliceStartNanos = System.nanoTime();
        while (!peer.isClosed()) {
            peer.waker().startRound();
            if (!runRound()) {
                // No datagram of the peer waits, on any of its ways in.
                records.caughtUp();
                awaitWork();
                tally.add(Traffic.PEER_WAKE_UPS, 1);
                sliceStartNanos = System.nanoTime();
            } else if (nowNanos - sliceStartNanos > SLICE_NANOS) {
                // A virtual thread keeps its carrier until it yields: as many busy peers as there are processors would
                // keep all other peers and all handshakes waiting.
                Thread.yield();
                sliceStartNanos = System.nanoTime();
            }
        }
    }

    /**
     * Waits for a datagram or a wake-up. A peer with traffic waits in the system call itself, which saves a wake-up
     * through the poller for each datagram, but only while there are carriers to spare.
     */
    private void awaitWork() {
        Semaphore spareCarriers = CarrierThreads.spare();
        boolean mayBlock = receiver.hasTraffic()
                && sessions.isSettled()
                && sessions.current().path().hasOwnSocket();
        if (mayBlock && spareCarriers.tryAcquire()) {
            try {
                receiver.setTraffic(peer.waker().waitAt(sessions.current().path(), BLOCK_MILLIS));
            } finally {
                spareCarriers.release();
            }
        } else {
            receiver.armPaths();
            peer.waker().park();
        }
    }

    /** Looks once at every source of datagrams and tasks. @return whether there was anything */
    boolean runRound() {
        nowNanos = System.nanoTime();
        records.startRound(nowNanos);
        boolean hasRunTasks = peer.hasTasks() && peer.runTasks(nowNanos);
        boolean hasReceived = receiver.receive();
        if (receiver.takeHasRunTasks()) {
            // They had a later time than the round, and what follows must not be earlier.
            nowNanos = System.nanoTime();
            hasRunTasks = true;
        }
        boolean hasNews = records.takeNews() || hasRunTasks;
        controller.look(hasNews, hasReceived, nowNanos);
        return hasRunTasks || hasReceived;
    }

    private List<TunWriter> tunWriters(Arena loopArena) {
        Tun tun = dataPath.tun();
        return IntStream.range(0, tun.queues())
                .mapToObj(queue -> tun.writer(loopArena, queue))
                .toList();
    }
}
