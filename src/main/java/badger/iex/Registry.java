package badger.iex;

import badger.iex.Outcome.Change;
import badger.iex.Outcome.Changed;
import badger.iex.Outcome.Conflict;
import badger.iex.Outcome.Rejected;
import badger.iex.Outcome.Unchanged;
import badger.message.Heartbeat;
import badger.message.MapEntry;
import badger.message.Probe;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.RelayFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Who is alive, in memory only (paper rows P10 to P22). A node is known by the public address and port that its
 * heartbeats come from (P16), and holds one virtual address. Each virtual address has one entry (P21). Further IPv6
 * addresses are held and refused in the same way.
 *
 * <p>The time is a parameter, as {@link System#nanoTime} counts it, and there is no I/O. Any thread may call. Each call
 * holds the lock for a short time; maps are sent from a {@link #snapshot}, outside the lock (P32).
 */
final class Registry {
    /** Nodes send every 5 s (paper row P10), and until they receive a map after 0.5 s, 0.75 s and so on. */
    private static final long EARLY_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final IexSettings settings;
    // In the order of joining, so that the order of the map stays the same from round to round.
    private final Map<Integer, Registration> byVirtualIp = new LinkedHashMap<>();
    private final Map<Endpoint, Registration> bySource = new HashMap<>();
    private final NodesPerNetwork nodesPerNetwork;
    private final Ipv6Holders ipv6Holders = new Ipv6Holders();
    // Written under the lock.
    private volatile int relayVersion;

    Registry(IexSettings settings) {
        this.settings = settings;
        this.nodesPerNetwork = new NodesPerNetwork(settings.maximumNodesPerAddress());
    }

    /** Whether to read one more datagram of this source. Known nodes may send ten per second; others have no limit. */
    synchronized boolean mayBeat(Endpoint source, long nowNanos) {
        Registration registration = bySource.get(source);
        return registration == null || registration.mayBeat(nowNanos);
    }

    synchronized Outcome heartbeat(Heartbeat heartbeat, Endpoint source, long nowNanos) {
        if (!isUsable(heartbeat.virtualIp()) || source.port() == 0) {
            return Rejected.BAD_ADDRESS;
        }
        Conflict conflict = conflict(heartbeat, source, nowNanos);
        if (conflict != null) {
            return conflict;
        }
        boolean wasRelayed = isRelayed(byVirtualIp.get(heartbeat.virtualIp())) || isRelayed(bySource.get(source));
        Outcome outcome = admit(heartbeat, source, nowNanos);
        if (outcome.isAccepted()) {
            Registration accepted = byVirtualIp.get(heartbeat.virtualIp());
            if (outcome instanceof Changed && (wasRelayed || isRelayed(accepted))) {
                relayVersion++;
            }
            ipv6Holders.assign(accepted);
            accepted.understands(heartbeat);
        }
        return outcome;
    }

    /**
     * The conflict over the first address of a heartbeat that another live node holds and keeps; null if there is none.
     */
    private Conflict conflict(Heartbeat heartbeat, Endpoint source, long nowNanos) {
        Registration holder = byVirtualIp.get(heartbeat.virtualIp());
        Registration sender = bySource.get(source);
        if (holder != null && holder != sender && !givesWay(holder, heartbeat, source, nowNanos)) {
            return new Conflict(Ipv4Prefix.format(heartbeat.virtualIp()), holder.source());
        }
        for (Ipv6Address address : heartbeat.virtualIpv6().list()) {
            Registration other = ipv6Holders.holderOf(address);
            // Neither the entry that becomes this node's nor the entry at its endpoint is another node.
            boolean isAnother = other != null && other != holder && other != sender;
            if (isAnother && !givesWay(other, heartbeat, source, nowNanos)) {
                return new Conflict(address.toString(), other.source());
            }
        }
        return null;
    }

    private Outcome admit(Heartbeat heartbeat, Endpoint source, long nowNanos) {
        Registration holder = byVirtualIp.get(heartbeat.virtualIp());
        Registration sender = bySource.get(source);
        if (holder == null) {
            return sender == null ? join(heartbeat, source, nowNanos) : renumber(sender, heartbeat, source, nowNanos);
        }
        return holder == sender
                ? refresh(holder, heartbeat, source, nowNanos)
                : move(holder, sender, heartbeat, source, nowNanos);
    }

    /** Removes the nodes that were silent for longer than the timeout. @return their entries */
    synchronized List<MapEntry> sweep(long nowNanos) {
        List<MapEntry> gone = new ArrayList<>();
        Iterator<Registration> registrations = byVirtualIp.values().iterator();
        while (registrations.hasNext()) {
            Registration registration = registrations.next();
            if (registration.silenceNanos(nowNanos) > settings.timeout().toNanos()) {
                registrations.remove();
                bySource.remove(registration.source());
                nodesPerNetwork.count(registration.source(), -1);
                ipv6Holders.release(registration);
                gone.add(registration.entry());
                relayVersion += isRelayed(registration) ? 1 : 0;
            }
        }
        return gone;
    }

    /** The nodes in the order in which they joined. */
    synchronized List<MapEntry> snapshot() {
        return byVirtualIp.values().stream().map(Registration::entry).toList();
    }

    /** A number that changes with the result of {@link #relayNodes}. */
    int relayVersion() {
        return relayVersion;
    }

    /** The nodes between which datagrams are relayed. */
    synchronized List<RelayNode> relayNodes() {
        return byVirtualIp.values().stream()
                .filter(Registration::isRelayed)
                .map(Registration::relayNode)
                .toList();
    }

    private static boolean isRelayed(Registration registration) {
        return registration != null && registration.isRelayed();
    }

    /** The token of the node at an endpoint, or {@link RelayFrame#NO_TOKEN} if nothing is relayed to it. */
    synchronized long relayToken(Endpoint source) {
        Registration registration = bySource.get(source);
        boolean isNone = registration == null || !registration.takesRelayed() || settings.relayBytesPerSecond() == 0;
        return isNone ? RelayFrame.NO_TOKEN : registration.relayToken();
    }

    synchronized int size() {
        return byVirtualIp.size();
    }

    /** The public endpoint of the node that holds a virtual address, or null. */
    synchronized Endpoint holderOf(int virtualIp) {
        Registration holder = byVirtualIp.get(virtualIp);
        return holder == null ? null : holder.source();
    }

    /** The source of the heartbeats of the node that sent a probe; null if the probe gets no answer. */
    synchronized Endpoint mainEndpointOf(Probe probe, long nowNanos) {
        Registration asking = byVirtualIp.get(probe.virtualIp());
        boolean isItself = asking != null && asking.nodeId().equals(probe.nodeId());
        return isItself && asking.mayProbe(nowNanos) ? asking.source() : null;
    }

    /**
     * The endpoint at which a node is told of a knock; null if it is not told, because it does not understand knocks or
     * is not on the map, or because there were too many of them.
     */
    synchronized Endpoint knockedAt(int virtualIp, int knocking, long nowNanos) {
        Registration sender = byVirtualIp.get(knocking);
        Registration knocked = byVirtualIp.get(virtualIp);
        boolean isPossible = sender != null && knocked != null && knocked != sender && knocked.takesKnocks();
        return isPossible && sender.mayKnock(nowNanos) && knocked.mayBeKnockedAt(nowNanos) ? knocked.source() : null;
    }

    private Outcome join(Heartbeat heartbeat, Endpoint source, long nowNanos) {
        if (byVirtualIp.size() >= settings.maximumNodes()) {
            return Rejected.TOO_MANY_NODES;
        }
        if (!nodesPerNetwork.hasRoom(source)) {
            return Rejected.TOO_MANY_AT_ADDRESS;
        }
        Registration joining = new Registration(
                entry(heartbeat, source),
                heartbeat.nodeId(),
                RecordRelay.limitOfANode(settings.relayBytesPerSecond()),
                nowNanos);
        byVirtualIp.put(heartbeat.virtualIp(), joining);
        bySource.put(source, joining);
        nodesPerNetwork.count(source, 1);
        return new Changed(Change.JOINED, joining.entry());
    }

    private static Outcome refresh(Registration holder, Heartbeat heartbeat, Endpoint source, long nowNanos) {
        MapEntry before = holder.entry();
        boolean isRestart = !heartbeat.nodeId().equals(holder.nodeId());
        // Only a node with a name, and once a second, so that forged addresses gain little by such answers. A heartbeat
        // that knocks is early for that reason.
        boolean isEarly = heartbeat.knocks().isEmpty()
                && !heartbeat.nodeId().isEmpty()
                && holder.silenceNanos(nowNanos) < EARLY_NANOS
                && holder.mayAsk(nowNanos);
        holder.heard(entry(heartbeat, source), heartbeat.nodeId(), heartbeat.relayToken(), nowNanos);
        if (isRestart) {
            return new Changed(Change.RESTARTED, holder.entry());
        }
        // A new NAT class does not concern connected nodes. It goes out with the next map.
        if (!Objects.equals(before.withNatClass(heartbeat.natClass()), holder.entry())) {
            return new Changed(Change.CHANGED, holder.entry());
        }
        return isEarly ? Unchanged.IMPATIENT : Unchanged.REFRESHED;
    }

    /** A known source asks for another virtual address that is free. */
    private Outcome renumber(Registration sender, Heartbeat heartbeat, Endpoint source, long nowNanos) {
        byVirtualIp.remove(sender.virtualIp());
        sender.heard(entry(heartbeat, source), heartbeat.nodeId(), heartbeat.relayToken(), nowNanos);
        byVirtualIp.put(heartbeat.virtualIp(), sender);
        return new Changed(Change.CHANGED, sender.entry());
    }

    /** The holder of the address sends from another endpoint, which may have been another node's until now. */
    private Outcome move(
            Registration holder, Registration sender, Heartbeat heartbeat, Endpoint source, long nowNanos) {
        if (sender == null && !holder.source().hasSameAddress(source) && !nodesPerNetwork.hasRoom(source)) {
            return Rejected.TOO_MANY_AT_ADDRESS;
        }
        if (sender != null) {
            byVirtualIp.remove(sender.virtualIp());
            ipv6Holders.release(sender);
            nodesPerNetwork.count(source, -1);
        }
        bySource.remove(holder.source());
        nodesPerNetwork.count(holder.source(), -1);
        holder.heard(entry(heartbeat, source), heartbeat.nodeId(), heartbeat.relayToken(), nowNanos);
        bySource.put(source, holder);
        nodesPerNetwork.count(source, 1);
        return new Changed(Change.MOVED, holder.entry());
    }

    /** Whether this heartbeat takes over the address: from the same node's earlier entry, or from a silent holder. */
    private boolean givesWay(Registration holder, Heartbeat heartbeat, Endpoint source, long nowNanos) {
        if (holder.silenceNanos(nowNanos) > settings.holderSilence().toNanos()) {
            return true;
        }
        boolean bothAreNamed = !heartbeat.nodeId().isEmpty() && !holder.nodeId().isEmpty();
        if (bothAreNamed) {
            return heartbeat.nodeId().equals(holder.nodeId());
        }
        // A node built from the paper has no name, so the same public address counts as the same node. A node without a
        // name does not displace one with a name.
        return holder.nodeId().isEmpty() && holder.source().hasSameAddress(source);
    }

    /** The entry of a node that sends this heartbeat from {@code source}. */
    private static MapEntry entry(Heartbeat heartbeat, Endpoint source) {
        Endpoint privateEndpoint = heartbeat.privateEndpoint();
        if (privateEndpoint != null && privateEndpoint.port() == 0) {
            // Most NATs keep the port, so the public one is the best guess (paper row P15).
            privateEndpoint = privateEndpoint.withPort(source.port());
        }
        return new MapEntry(
                heartbeat.virtualIp(),
                heartbeat.virtualIpv6(),
                source,
                privateEndpoint,
                heartbeat.natClass(),
                heartbeat.furtherEndpoints(),
                false);
    }

    /** False for 0/8, 127/8, and everything from multicast up. */
    private static boolean isUsable(int virtualIp) {
        int firstByte = virtualIp >>> 24;
        return firstByte != 0 && firstByte != 127 && firstByte < 224;
    }
}
