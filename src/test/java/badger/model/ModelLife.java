package badger.model;

import badger.aead.Aeads;
import badger.connect.ConnectMode;
import badger.connect.ConnectSettings;
import badger.connect.IncomingCalls;
import badger.connect.PeerController;
import badger.datapath.ModelDataPath;
import badger.handshake.HandshakeSettings;
import badger.handshake.Psk;
import badger.peer.Candidates;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerTask;
import badger.record.ConnectionIds;
import badger.session.PeerPath;
import badger.testing.NodeContexts;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.lang.foreign.MemorySegment;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;

/** What a restart of a {@link ModelEnd}'s program ends and makes anew. */
final class ModelLife implements ModelHandshakes.Told {
    private static final Psk PSK = Psk.of("no handshake of the model uses it");

    private final ModelEnd end;
    private final ModelNet net;
    private final ModelSocket mainSocket;
    private final Peer peer;
    private final PeerController controller;
    private final ModelDataPath dataPath;
    private final ModelHandshakes handshakes;
    private final PeerDirectory directory = new PeerDirectory();
    private final Semaphore callSlots = new Semaphore(1);
    private boolean hasReceived;
    private boolean hasNews;

    ModelLife(ModelEnd end, ModelNet net, Candidates candidates) {
        this.end = end;
        this.net = net;
        this.mainSocket = new ModelSocket(end, end.own(), null);
        peer = new Peer(ModelEnd.address(end.peerVirtualIp()), candidates, 2_048);
        NodeContext node = NodeContexts.of()
                .with(directory)
                .with(end.counters())
                .with(end.relay())
                .with(net.clock())
                .with(virtualAddress -> end.knock())
                .sendingBy(mainSocket)
                .build();
        HandshakeSettings settings =
                HandshakeSettings.of(PSK, end.virtualIp(), Aeads.named("jce")).withRecordLimit(end.recordLimit());
        handshakes = new ModelHandshakes(
                end.peerVirtualIp(),
                net::nextAssociation,
                net.clock()::nanoTime,
                new ConnectionIds(),
                settings,
                end.keys(),
                this);
        ConnectSettings connecting = new ConnectSettings(
                new Ipv4Prefix(ModelEnd.address(end.virtualIp()), 16),
                handshakes,
                settings,
                end.timings(),
                new ConnectMode(end.policy()),
                () -> {},
                callSlots,
                bound -> net.random().nextLong(bound));
        controller = new PeerController(peer, node, connecting, (endpoint, isReplacement) -> openPath(endpoint));
        dataPath = new ModelDataPath(
                peer,
                controller,
                node,
                new IncomingCalls(node, handshakes, settings, (_, association, _, _) -> association.discard()),
                NodeAddresses.of(new Ipv4Prefix(ModelEnd.address(end.virtualIp()), 16)),
                packet -> end.takePacket(packet));
        directory.replace(List.of(peer));
    }

    private PeerPath openPath(Endpoint endpoint) {
        if (RelayEndpoint.isOne(endpoint)) {
            return new PeerPath(endpoint, null, mainSocket, () -> {});
        }
        needsMemory();
        end.socketOpened();
        return new PeerPath(endpoint, new ModelSocket(end, end.own(), endpoint), mainSocket, () -> {});
    }

    /** As the thread does: whatever a round throws, the peer's life goes on. */
    void round(Deque<Runnable> arrivals, long nowNanos) {
        try {
            tryRound(arrivals, nowNanos);
        } catch (OutOfMemoryError lack) {
            controller.endAll();
            controller.startAnew(nowNanos);
        }
    }

    private void tryRound(Deque<Runnable> arrivals, long nowNanos) {
        boolean hasRun = peer.hasTasks() && peer.runTasks(nowNanos);
        handshakes.tick(nowNanos);
        dataPath.startRound(nowNanos);
        for (Runnable each = arrivals.poll(); each != null; each = arrivals.poll()) {
            // As the thread does: between two datagrams.
            hasRun |= peer.hasTasks() && peer.runTasks(nowNanos);
            each.run();
        }
        hasNews |= hasRun;
        hasNews |= dataPath.takeNews();
        controller.look(hasNews, hasReceived, nowNanos);
        hasNews = false;
        hasReceived = false;
    }

    void end() {
        controller.close();
        peer.free();
        dataPath.close();
    }

    @Override
    public void helloSeen() {
        controller.connector().helloSeen(net.clock().nanoTime());
        hasNews = true;
    }

    @Override
    public void answered(ModelAssociation calling, Endpoint source) {
        if (controller.connector().calling() == calling) {
            controller.connector().answeredFrom(source, net.clock().nanoTime());
            hasNews = true;
        }
    }

    @Override
    public void accepted(ModelAssociation association, Endpoint source, long startedNanos) {
        peer.post(new PeerTask() {
            @Override
            public void run(long nowNanos) {
                controller.established(association, source, startedNanos, nowNanos);
            }

            @Override
            public void discard() {
                association.discard();
            }
        });
    }

    @Override
    public void needsMemory() {
        if (end.takeLackOfMemory()) {
            throw new OutOfMemoryError("of the model");
        }
    }

    @Override
    public void closed() {
        peer.sessionEnded();
    }

    Peer peer() {
        return peer;
    }

    PeerController controller() {
        return controller;
    }

    ModelDataPath dataPath() {
        return dataPath;
    }

    Semaphore callSlots() {
        return callSlots;
    }

    void receive(byte[] bytes, Endpoint source) {
        hasReceived = true;
        if (bytes[0] == ModelHandshakes.FIRST_BYTE) {
            MemorySegment message = MemorySegment.ofArray(bytes);
            handshakes.receive(
                    message,
                    0,
                    source,
                    (flight, at, length) -> mainSocket.send(flight, at, length, source),
                    net.clock().nanoTime());
        } else if (bytes[0] >= 20 && bytes[0] <= 63) {
            dataPath.receive(bytes, source);
        } else {
            peer.punched(net.clock().nanoTime());
        }
    }
}
