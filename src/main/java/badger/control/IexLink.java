package badger.control;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.IexMessage;
import badger.message.Knock;
import badger.message.MessageException;
import badger.message.NetworkMap;
import badger.message.Refusal;
import badger.peer.Knocker;
import badger.peer.PeerLifecycle;
import badger.peer.Peers;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The node's side of IEX: heartbeats out, maps in. One platform thread. Tunnels do not depend on it: while IEX is silent
 * the heartbeats go on, its name is looked up anew, and nothing else happens (paper rows P40, P46, P47).
 */
public final class IexLink implements Runnable, Knocker {
    private static final long HEARTBEAT_MILLIS = 5_000;
    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long REFUSED_RETRY_MILLIS = 1_000;

    /** A map is missing: from now on the node asks for one, by beating early, which IEX answers. */
    private static final long UNEASY_AFTER_NANOS = TimeUnit.SECONDS.toNanos(6);

    private static final long UNEASY_PAUSE_MILLIS = 1_000;

    /** So that another server is asked within 15 s, the pause between two heartbeats included. */
    private static final long SILENT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(13);

    /** Who has heard no server yet has nothing to lose by asking the next one. */
    private static final long SILENT_AT_START_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long a node waits at start for a map of now, before it takes the last one that it has kept. */
    private static final long RECALL_AFTER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A token is answered at once, but no more often than this. */
    private static final long TOKEN_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final System.Logger LOG = System.getLogger(IexLink.class.getName());

    private final ReceivedMessages received;
    private final Surroundings surroundings;
    private final Announcer announcer;
    private final Counters counters;
    private final MapApplier applier;
    private final LastMap lastMap;
    private final Peers peers;
    private final Relay relay;
    private final NatProbe natProbe;
    private final Knocks knocks = new Knocks();
    private volatile boolean isClosed;
    private volatile boolean hasMoved;
    private volatile Thread thread;
    private Endpoint iex;
    private long startNanos;
    private long lastHeardNanos;
    private long lastLocatedNanos;
    private boolean hasHeard;
    private boolean hasEverHeard;
    private boolean hasComplained;
    private boolean isRefused;
    private boolean hasNewToken;
    private long tokenNanos;
    private String lastRefusal = "";
    private long retryMillis = FIRST_RETRY_MILLIS;

    public IexLink(
            LinkTerms terms,
            Surroundings surroundings,
            SharedSender sender,
            Peers peers,
            PeerLifecycle lifecycle,
            MapMemory memory,
            Counters counters) {
        this.surroundings = surroundings;
        this.announcer = new Announcer(terms, surroundings, sender);
        this.lastMap = new LastMap(memory, counters);
        this.counters = counters;
        this.received = new ReceivedMessages(counters);
        this.peers = peers;
        this.relay = terms.relay();
        this.natProbe = new NatProbe(sender, terms.addresses().ipv4().address(), terms.nodeId(), counters);
        this.applier = new MapApplier(terms.addresses(), peers, lifecycle, counters, terms.isStrictRemoval());
    }

    /** Takes a datagram from IEX; copies it. Any thread. When the queue is full, the oldest goes. */
    public void offer(MemorySegment buffer, long at, int length) {
        received.offer(buffer, at, length);
    }

    /** Takes a datagram from another port of IEX's, if there is room: maps are worth more. Any thread. */
    public void offerFromAnotherPort(MemorySegment buffer, long at, int length, int port) {
        received.offerFromAnotherPort(buffer, at, length, port);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        startNanos = System.nanoTime();
        lastHeardNanos = startNanos;
        tokenNanos = startNanos - TOKEN_EVERY_NANOS;
        locate();
        long nextHeartbeatNanos = System.nanoTime();
        while (!isClosed) {
            long now = System.nanoTime();
            if (hasMoved) {
                hasMoved = false;
                nextHeartbeatNanos = announcer.locate(iex) ? now : nextHeartbeatNanos;
            }
            if (now - nextHeartbeatNanos >= 0) {
                watchSilence(now);
                sendHeartbeat(List.of());
                nextHeartbeatNanos = now + TimeUnit.MILLISECONDS.toNanos(nextPauseMillis());
            }
            long nextProbeNanos = natProbe.tick(now);
            publishNatClass();
            List<Integer> knocking = knocks.take(now);
            if (!knocking.isEmpty()) {
                sendHeartbeat(knocking);
            }
            long waitNanos = knocks.nanosUntilDue(now, nextHeartbeatNanos - now);
            if (nextProbeNanos != Long.MAX_VALUE) {
                waitNanos = Math.min(waitNanos, nextProbeNanos - now);
            }
            try {
                ReceivedMessages.Message message = received.await(waitNanos);
                if (message != null) {
                    receive(message);
                }
                if (hasNewToken && System.nanoTime() - tokenNanos > TOKEN_EVERY_NANOS) {
                    // The server relays to this node once it has its token back.
                    hasNewToken = false;
                    tokenNanos = System.nanoTime();
                    nextHeartbeatNanos = tokenNanos;
                }
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    @Override
    public void knock(int virtualAddress) {
        if (knocks.add(virtualAddress)) {
            received.wakeUp();
        }
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

    private void receive(ReceivedMessages.Message message) {
        if (message.otherPort() == 0) {
            receive(message.bytes());
        } else {
            natProbe.receive(message.bytes(), message.otherPort(), System.nanoTime());
        }
    }

    /** The others hear of it soon: it tells them whether punching is of any use. */
    private void publishNatClass() {
        NatClass newest = natProbe.natClass();
        if (newest != peers.ownNatClass()) {
            peers.useOwnNatClass(newest);
            LOG.log(System.Logger.Level.INFO, "nat={0}", newest.word());
            sendHeartbeat(List.of());
        }
    }

    private void receive(byte[] message) {
        try {
            switch (IexMessage.parse(message, message.length)) {
                case NetworkMap map -> {
                    heard();
                    isRefused = false;
                    lastRefusal = "";
                    long now = System.nanoTime();
                    hasNewToken |= iex != null && relay.offered(iex, map.relayToken());
                    natProbe.mapReceived(iex, map.probePort(), map.ownPublic(), announcer.ownEndpoints(), now);
                    // Before anything goes to the peers: where Linux has to give the flow to one of them another public
                    // port, it may give the same to flows that come after, and so looks like a hard NAT (nf_nat_core.c,
                    // find_appropriate_src).
                    long _ = natProbe.tick(now);
                    applier.apply(map, iex, announcer.ownEndpoints(), now);
                    lastMap.keep(map, message, now);
                }
                case Knock knock -> applier.knocked(knock.virtualIp());
                case Refusal refusal -> {
                    heard();
                    // The holder may be this node's own past, about to be forgotten: ask again soon.
                    isRefused = true;
                    complain(refusal);
                }
            }
        } catch (MessageException malformed) {
            counters.count(DropReason.MAP_MALFORMED);
        }
    }

    private void heard() {
        lastHeardNanos = System.nanoTime();
        if (!hasHeard) {
            LOG.log(System.Logger.Level.INFO, "iex={0} answers", iex);
        }
        hasHeard = true;
        hasEverHeard = true;
        hasComplained = false;
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
        if (!hasEverHeard && now - startNanos > RECALL_AFTER_NANOS) {
            // Again with every heartbeat until a server answers, as one would send it: so a large map is gone through,
            // and
            // both ends punch more than once.
            NetworkMap last = lastMap.recall();
            if (!last.nodes().isEmpty()) {
                applier.apply(last, iex, announcer.ownEndpoints(), now);
            }
        }
        if (iex == null) {
            locate();
            return;
        }
        long silentAfter = hasEverHeard ? SILENT_AFTER_NANOS : SILENT_AT_START_NANOS;
        if (now - lastHeardNanos < silentAfter) {
            return;
        }
        if (!hasComplained) {
            hasComplained = true;
            hasHeard = false;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "iex={0} has been silent for {1} s; tunnels go on, heartbeats too, to the next server if there is one",
                    iex,
                    TimeUnit.NANOSECONDS.toSeconds(now - lastHeardNanos));
        }
        if (now - lastLocatedNanos > silentAfter) {
            locate();
            retryMillis = FIRST_RETRY_MILLIS;
        }
    }

    private void locate() {
        lastLocatedNanos = System.nanoTime();
        Endpoint found = surroundings.locateIex();
        if (found != null) {
            if (iex != null && !found.equals(iex)) {
                // What the server before it has said is not this one's.
                received.clear();
                relay.withdraw();
            }
            iex = found;
            boolean _ = announcer.locate(found);
            surroundings.iexMoved(found);
        }
    }

    private void sendHeartbeat(List<Integer> knocking) {
        if (iex != null) {
            int sent = announcer.announce(iex, natProbe.natClass(), knocking);
            if (sent < 0 && !hasEverHeard) {
                // The network is not up yet: that is no silence of the server.
                lastHeardNanos = System.nanoTime();
            }
        }
    }

    /** Five seconds more or less, so that nodes do not beat in step; less while the first answer is awaited. */
    private long nextPauseMillis() {
        if (isRefused) {
            return REFUSED_RETRY_MILLIS;
        }
        if (!hasHeard && retryMillis < HEARTBEAT_MILLIS) {
            long pause = retryMillis;
            retryMillis += retryMillis / 2;
            return pause;
        }
        if (hasHeard && System.nanoTime() - lastHeardNanos > UNEASY_AFTER_NANOS) {
            return UNEASY_PAUSE_MILLIS;
        }
        return HEARTBEAT_MILLIS * 9 / 10 + ThreadLocalRandom.current().nextLong(HEARTBEAT_MILLIS / 5);
    }
}
