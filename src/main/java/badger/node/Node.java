package badger.node;

import badger.connect.ConnectMode;
import badger.connect.ConnectSettings;
import badger.counter.Counters;
import badger.datapath.DataPath;
import badger.discovery.Host;
import badger.discovery.IexLink;
import badger.discovery.IexMessages;
import badger.discovery.KnockQueue;
import badger.discovery.LinkSettings;
import badger.handshake.HandshakeSettings;
import badger.peer.NodeContext;
import badger.peer.PeerDirectory;
import badger.session.Session;
import badger.thread.RestartingLoop;
import badger.time.Clock;
import badger.tun.Tun;
import badger.udp.MainSocket;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.udp.UdpException;
import badger.udp.UdpNetwork;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One node of the mesh. It builds, starts and closes everything: it owns the main socket and all threads, and takes
 * over the TUN, the network and the key, which it closes at its end.
 */
public final class Node implements AutoCloseable {
    private static final int MOST_DOUBLINGS = 6;
    private static final long ANOTHER_PORT_EVERY_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final System.Logger LOG = System.getLogger(Node.class.getName());

    private final Arena arena = Arena.ofShared();
    private final Counters counters = new Counters();
    private final NodeSettings settings;
    private final Relay relay;
    private final Tun tun;
    private final UdpNetwork network;
    private final MainSocket mainSocket;
    private final PeerDirectory directory;
    private final DataPath dataPath;
    private final IexLink iexLink;
    private final Thread iexThread;
    private final AtomicInteger portsTaken = new AtomicInteger();
    private final AtomicLong portTakenNanos = new AtomicLong(System.nanoTime() - ANOTHER_PORT_EVERY_NANOS);
    private volatile boolean isClosed;

    /**
     * Opens the main socket and builds everything; no thread runs before {@link #start}.
     *
     * @throws badger.udp.UdpException if the port is taken; TUN, network and key then still belong to the caller
     */
    public Node(NodeSettings settings, Host host, Tun tun, UdpNetwork network) {
        this.settings = settings;
        this.tun = tun;
        this.network = network;
        this.relay = settings.usesRelay() ? Relay.whereNeeded() : Relay.never();
        this.mainSocket = new MainSocket(network, settings.port(), relay);
        SharedSender mainSender = new SharedSender(mainSocket::current, arena);
        ConnectMode mode = new ConnectMode(settings.connecting());
        this.directory = new PeerDirectory(mode::update);
        IexMessages received = new IexMessages(counters);
        KnockQueue knocks = new KnockQueue(received::wakeUp);
        this.dataPath = new DataPath(
                new DataPath.Seams(tun, network, mainSocket),
                settings.addresses(),
                new NodeContext(directory, mainSender, relay, knocks, tun.mtu(), counters, Clock.SYSTEM),
                ConnectSettings.of(
                        settings.addresses().ipv4(),
                        handshakes(settings, tun),
                        settings.timings(),
                        mode,
                        this::takeAnotherPort),
                received);
        this.iexLink = new IexLink(
                new LinkSettings(
                        settings.addresses(),
                        settings.nodeId(),
                        settings.isStrictRemoval(),
                        relay,
                        settings.mapMemory()),
                host,
                new IexLink.Doors(
                        mainSender, mainSocket::localPort, received, knocks, Clock.SYSTEM, dataPath::routeIex),
                directory,
                dataPath,
                counters);
        this.iexThread = Thread.ofPlatform()
                .name("badger-iex-link")
                .daemon(true)
                .unstarted(new RestartingLoop(iexLink, () -> isClosed));
    }

    private static HandshakeSettings handshakes(NodeSettings settings, Tun tun) {
        return HandshakeSettings.of(settings.psk(), settings.addresses().ipv4().addressText(), settings.aead())
                .withRecordLimit(settings.recordLimit())
                .withSealers(Session.sealers(tun.queues()))
                .allowingPartialChecksums(
                        settings.allowsPartialChecksums() && tun.offloads().checksum());
    }

    public void start() {
        dataPath.start();
        iexThread.start();
        network.onChange(this::networkChanged);
    }

    private void networkChanged() {
        dataPath.networkChanged();
        iexLink.networkChanged();
    }

    /**
     * Moves the main socket to another port, where the system may choose it. It does so rarely, because the map must
     * tell all other nodes.
     */
    private void takeAnotherPort() {
        long now = System.nanoTime();
        long last = portTakenNanos.get();
        // Each time after a longer pause: a peer that does not exist looks the same, and anybody can put one on the
        // map.
        long pause = ANOTHER_PORT_EVERY_NANOS << Math.min(portsTaken.get(), MOST_DOUBLINGS);
        boolean isAllowed = settings.port() == 0 && !isClosed && now - last > pause;
        if (!isAllowed || !portTakenNanos.compareAndSet(last, now)) {
            return;
        }
        portsTaken.incrementAndGet();
        try {
            mainSocket.takeAnotherPort();
        } catch (UdpException refused) {
            LOG.log(System.Logger.Level.WARNING, "the port stays as it is: {0}", refused.getMessage());
            return;
        }
        LOG.log(
                System.Logger.Level.INFO,
                "port={0} from now on, for peers that the one before did not reach",
                String.valueOf(port()));
        // The peers first: their NATs should know this node's new port before the peers hear of it.
        dataPath.portChanged();
        iexLink.networkChanged();
    }

    public int port() {
        return mainSocket.localPort();
    }

    public Counters counters() {
        return counters;
    }

    /** Which IEX server relays to the peers that cannot be reached directly, if one does. */
    public Relay relay() {
        return relay;
    }

    public PeerDirectory peers() {
        return directory;
    }

    /** Says farewell to every peer, removes the TUN, ends all threads. Takes well under two seconds; safe to repeat. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        iexLink.close();
        try {
            iexThread.join(500);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        dataPath.close();
        LOG.log(System.Logger.Level.INFO, "ended; dropped: {0}", counters.nonZero());
        tun.close();
        network.close();
        settings.psk().close();
    }
}
