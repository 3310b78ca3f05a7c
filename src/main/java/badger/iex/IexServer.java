package badger.iex;

import badger.counter.Counters;
import badger.message.Identifier;
import badger.udp.UdpNetwork;
import badger.udp.UdpSocket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/**
 * The IEX server. One thread reads heartbeats and one sends maps, both through one UDP socket, so that the nodes' NATs
 * let the maps in (paper row P29). A third thread answers probes at a second port. Any thread may call.
 */
public final class IexServer implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("badger.iex");
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(1);

    private final UdpSocket socket;
    private final Registry registry;
    private final MapSender mapSender;
    private final RecordRelay relay;
    private final Counters counters = new Counters();
    private final Thread receivingThread;
    private final Thread sendingThread;
    private final ProbeResponder probeResponder;
    private final Thread probeThread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isClosing;
    private volatile boolean hasFailed;

    private IexServer(UdpNetwork network, UdpSocket socket, IexSettings settings) {
        this.socket = socket;
        LongSupplier clock = System::nanoTime;
        EventLog log = new EventLog();
        registry = new Registry(settings);
        int probePort = settings.probePort() == IexSettings.NEXT_PORT ? socket.localPort() + 1 : settings.probePort();
        probeResponder = probePort == 0 ? null : ProbeResponder.open(network, probePort, registry, counters, clock);
        int openPort = probeResponder == null ? 0 : probeResponder.port();
        IexContext context = new IexContext(socket, registry, log, counters, clock);
        mapSender = new MapSender(context, settings, Identifier.random(), openPort);
        relay = new RecordRelay(registry, counters, log, settings.relayBytesPerSecond(), clock.getAsLong());
        HeartbeatReceiver receiver = new HeartbeatReceiver(context, mapSender, relay);
        receivingThread = Thread.ofPlatform().name("iex-receive").daemon().unstarted(() -> guard(receiver));
        sendingThread = Thread.ofPlatform().name("iex-send").daemon().unstarted(() -> guard(mapSender));
        probeThread = Thread.ofPlatform().name("iex-probe").daemon().unstarted(() -> guard(probeResponder));
    }

    /**
     * Opens the socket and starts the threads. The network stays the caller's.
     *
     * @throws UdpException if the port cannot be had
     */
    public static IexServer start(UdpNetwork network, IexSettings settings) {
        IexServer server = new IexServer(network, network.bind(settings.port()), settings);
        server.receivingThread.start();
        server.sendingThread.start();
        if (server.probeResponder != null) {
            server.probeThread.start();
        }
        LOGGER.log(
                Level.INFO,
                "IEX listens on UDP port " + server.port()
                        + (server.relay.isOn() ? ", and relays where nodes want it" : ""));
        return server;
    }

    public int port() {
        return socket.localPort();
    }

    /** The port at which probes are answered; 0 if there is none. */
    public int probePort() {
        return probeResponder == null ? 0 : probeResponder.port();
    }

    /** The number of nodes on the map. */
    public int nodes() {
        return registry.size();
    }

    /** The bytes of nodes' datagrams that were relayed so far. */
    public long relayedBytes() {
        return relay.bytes();
    }

    public Counters counters() {
        return counters;
    }

    /** Waits until the server is closed or has failed. @return whether it was closed */
    public boolean awaitEnd() throws InterruptedException {
        ended.await();
        return !hasFailed;
    }

    /** Closes the sockets and stops all threads, for each of which it waits one second at most. */
    @Override
    public void close() {
        if (!isClosing && relay.isOn()) {
            LOGGER.log(
                    Level.INFO,
                    "relayed in all: bytes=" + relay.bytes() + " datagrams=" + relay.datagrams() + "; dropped: "
                            + counters.nonZero());
        }
        isClosing = true;
        mapSender.close();
        socket.close();
        if (probeResponder != null) {
            probeResponder.close();
        }
        try {
            boolean _ = sendingThread.join(LONGEST_CLOSE);
            boolean _ = receivingThread.join(LONGEST_CLOSE);
            if (probeResponder != null) {
                boolean _ = probeThread.join(LONGEST_CLOSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.countDown();
    }

    /** Runs a thread's loop. A failure ends the whole server, which would otherwise look alive without working. */
    private void guard(Runnable loop) {
        try {
            loop.run();
        } catch (RuntimeException | Error e) {
            if (!isClosing) {
                hasFailed = true;
                LOGGER.log(Level.ERROR, "IEX ends because of a fault in Badger: " + e);
            }
        } finally {
            if (!isClosing) {
                ended.countDown();
            }
        }
    }
}
