package badger.discovery;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.IexMessage;
import badger.message.Knock;
import badger.message.MessageException;
import badger.message.NetworkMap;
import badger.message.Refusal;
import badger.peer.PeerDirectory;
import badger.peer.PeerLifecycle;
import badger.time.Clock;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.wire.Ipv4Prefix;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The node's side of IEX: heartbeats out, maps in. One platform thread. Tunnels do not depend on it: while IEX is
 * silent the heartbeats go on, its name is looked up anew, and nothing else happens (paper rows P40, P46, P47).
 */
public final class IexLink implements Runnable {
    /** How long a node waits at start for a current map before it uses the last one that it has kept. */
    private static final long RECALL_AFTER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A token is answered at once, but no more often than this. */
    private static final long TOKEN_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** A heartbeat is always due before this. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final System.Logger LOG = System.getLogger(IexLink.class.getName());

    private final IexMessages received;
    private final Host host;
    private final HeartbeatSender heartbeats;
    private final Counters counters;
    private final MapApplier applier;
    private final LastMap lastMap;
    private final PeerDirectory peers;
    private final Relay relay;
    private final NatProbe natProbe;
    private final KnockQueue knocks;
    private final Clock clock;
    private final Deadlines<LinkTimer> deadlines = new Deadlines<>(LinkTimer.class);
    private final Consumer<Endpoint> whenMoved;
    private volatile boolean isClosed;
    private volatile boolean hasMoved;
    private volatile Thread thread;
    private Endpoint iex;
    private HeartbeatPace pace;
    private boolean hasNewToken;
    private long tokenNanos;
    private String lastRefusal = "";

    /**
     * How the link's thread and the others reach each other.
     *
     * @param sender the main socket's sending end
     * @param port the main socket's, which may change
     * @param received what the main socket's thread hands over; taken out by the link's thread alone
     * @param knocks the peers that peers' threads want to knock at; taken out by the link's thread alone
     * @param clock of the link's thread
     * @param whenMoved receives the endpoint that IEX's datagrams come from, whenever it changes
     */
    public record Doors(
            SharedSender sender,
            IntSupplier port,
            IexMessages received,
            KnockQueue knocks,
            Clock clock,
            Consumer<Endpoint> whenMoved) {}

    /** Prepares a link that does nothing before it runs. */
    public IexLink(
            LinkSettings settings,
            Host host,
            Doors doors,
            PeerDirectory peers,
            PeerLifecycle lifecycle,
            Counters counters) {
        this.host = host;
        this.heartbeats = new HeartbeatSender(settings, host, doors.port(), doors.sender());
        this.lastMap = new LastMap(settings.memory(), counters);
        this.counters = counters;
        this.received = doors.received();
        this.knocks = doors.knocks();
        this.clock = doors.clock();
        this.whenMoved = doors.whenMoved();
        this.peers = peers;
        this.relay = settings.relay();
        this.natProbe =
                new NatProbe(doors.sender(), settings.addresses().ipv4().address(), settings.nodeId(), counters);
        this.applier = new MapApplier(settings.addresses(), peers, lifecycle, counters, settings.isStrictRemoval());
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        start(clock.nanoTime());
        try {
            while (!isClosed) {
                long now = clock.nanoTime();
                tick(now);
                IexMessages.Message message = received.await(deadlines.nanosUntilDue(now, LONGEST_WAIT_NANOS));
                if (message != null) {
                    receive(message, clock.nanoTime());
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes the first heartbeat due. On the link's thread, as all methods below unless they say otherwise. */
    void start(long nowNanos) {
        pace = new HeartbeatPace(nowNanos);
        tokenNanos = nowNanos - TOKEN_EVERY_NANOS;
        locate(nowNanos);
    }

    /** Does everything that is due, and sets {@link #deadlines} for the next call. */
    void tick(long nowNanos) {
        if (hasNewToken && nowNanos - tokenNanos > TOKEN_EVERY_NANOS) {
            // The server relays to this node only after it has its token back.
            hasNewToken = false;
            tokenNanos = nowNanos;
            pace.hurry(nowNanos);
        }
        if (hasMoved) {
            hasMoved = false;
            if (heartbeats.locate(iex)) {
                pace.hurry(nowNanos);
            }
        }
        if (nowNanos - pace.nextNanos() >= 0) {
            watchSilence(nowNanos);
            sendHeartbeat(List.of(), nowNanos);
            pace.beat(nowNanos);
        }
        natProbe.tick(nowNanos);
        publishNatClass(nowNanos);
        List<Integer> knocking = knocks.take(nowNanos);
        if (!knocking.isEmpty()) {
            sendHeartbeat(knocking, nowNanos);
        }
        deadlines.set(LinkTimer.HEARTBEAT, pace.nextNanos());
        natProbe.schedule(deadlines);
        knocks.schedule(deadlines, nowNanos);
    }

    /** When {@link #tick} wants to be called again; a message or a knock may make it sooner. */
    Deadlines<LinkTimer> deadlines() {
        return deadlines;
    }

    /** This node's address or port has changed: IEX is to know at once. Any thread. */
    public void networkChanged() {
        hasMoved = true;
        received.wakeUp();
    }

    /** Ends the thread. Any thread. */
    public void close() {
        isClosed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /** Takes a message from IEX. */
    void receive(IexMessages.Message message, long nowNanos) {
        if (message.otherPort() == 0) {
            receive(message.bytes(), nowNanos);
        } else {
            natProbe.receive(message.bytes(), message.otherPort(), nowNanos);
        }
    }

    /** The other nodes learn it soon, for it tells them whether punching is of any use. */
    private void publishNatClass(long nowNanos) {
        NatClass newest = natProbe.natClass();
        if (newest != peers.ownNatClass()) {
            peers.useOwnNatClass(newest);
            LOG.log(System.Logger.Level.INFO, "nat={0}", newest.word());
            sendHeartbeat(List.of(), nowNanos);
        }
    }

    private void receive(byte[] message, long now) {
        try {
            switch (IexMessage.parse(message, message.length)) {
                case NetworkMap map -> {
                    heard(now, false);
                    lastRefusal = "";
                    hasNewToken |= iex != null && relay.offered(iex, map.relayToken());
                    natProbe.mapReceived(iex, map.probePort(), map.ownPublic(), heartbeats.ownEndpoints(), now);
                    // The probe goes out before anything goes to the peers. Where Linux has to give the flow to one of
                    // them another public port, it may give the same port to later flows, and so looks like a hard NAT
                    // (nf_nat_core.c, find_appropriate_src).
                    natProbe.tick(now);
                    applier.apply(map, iex, heartbeats.ownEndpoints(), now);
                    lastMap.keep(map, message, now);
                }
                case Knock knock -> applier.knocked(knock.virtualIp());
                case Refusal refusal -> {
                    heard(now, true);
                    complain(refusal);
                }
            }
        } catch (MessageException malformed) {
            counters.count(DropReason.MAP_MALFORMED);
        }
    }

    private void heard(long now, boolean isRefusal) {
        if (pace.heard(now, isRefusal)) {
            LOG.log(System.Logger.Level.INFO, "iex={0} answers", iex);
        }
    }

    private void complain(Refusal refusal) {
        if (!refusal.toString().equals(lastRefusal)) {
            lastRefusal = refusal.toString();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "IEX refuses this node: {0}, {1} ({2}). Choose another --vip, or stop the other node.",
                    refusal.error(),
                    Ipv4Prefix.format(refusal.virtualIp()),
                    refusal.message());
        }
    }

    private void watchSilence(long now) {
        if (!pace.hasEverHeard() && now - pace.startNanos() > RECALL_AFTER_NANOS) {
            // The map is applied again with every heartbeat until a server answers, as a server would send it. So all
            // of a large map is used, and both ends punch more than once.
            NetworkMap last = lastMap.recall();
            if (!last.nodes().isEmpty()) {
                applier.apply(last, iex, heartbeats.ownEndpoints(), now);
            }
        }
        if (iex == null) {
            // Without an address there is no server that could be silent.
            pace.notSent(now);
            locate(now);
            return;
        }
        if (!pace.isSilent(now)) {
            return;
        }
        if (pace.fallSilent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "iex={0} has been silent for {1} s; tunnels go on, heartbeats too, to the next server if there is"
                            + " one",
                    iex,
                    TimeUnit.NANOSECONDS.toSeconds(pace.silenceNanos(now)));
        }
        if (pace.moveOn(now)) {
            locate(now);
        }
    }

    private void locate(long nowNanos) {
        pace.located(nowNanos);
        Endpoint found = host.locateIex();
        if (found != null) {
            if (iex == null) {
                pace.askOften();
            } else if (!found.equals(iex)) {
                // Messages of the server before it say nothing about this one.
                received.clear();
                relay.withdraw();
            }
            iex = found;
            boolean _ = heartbeats.locate(found);
            whenMoved.accept(found);
        }
    }

    private void sendHeartbeat(List<Integer> knocking, long nowNanos) {
        if (iex != null) {
            int sent = heartbeats.announce(iex, natProbe.natClass(), knocking);
            if (sent < 0) {
                pace.notSent(nowNanos);
            }
        }
    }
}
