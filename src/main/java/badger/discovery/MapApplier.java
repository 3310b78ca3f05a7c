package badger.discovery;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.MapEntry;
import badger.message.NetworkMap;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerLifecycle;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import badger.wire.NodeAddresses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Brings the peer table in line with the newest map. A node that the map no longer names stays while it still talks: a
 * restarted IEX first knows only a few nodes, and this must not cost a tunnel (paper rows P37, P58). Used by the link's
 * thread.
 */
final class MapApplier {
    /** Peers that a node keeps at most; a map of one datagram names 682 (paper row P33). */
    static final int MAX_PEERS = 4_096;

    /** Peers opened for one map at most, so that a map cannot make a node call thousands at once. */
    static final int MAX_OPENED_PER_MAP = 64;

    private static final long TALKED_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long MISSING_FOR_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final System.Logger LOG = System.getLogger(MapApplier.class.getName());

    private static final class Known {
        private final Peer peer;
        private int mapsWithout;
        private long missingSinceNanos;

        Known(Peer peer) {
            this.peer = peer;
        }
    }

    /** What a map says of a peer, as far as this node believes it. */
    private record Named(Candidates candidates, Ipv6Addresses virtualIpv6, NatClass natClass, boolean takesRelayed) {
        void describe(Peer peer) {
            peer.updateNatClass(natClass);
            peer.updateRelayed(takesRelayed);
        }
    }

    private final Map<Integer, Known> known = new HashMap<>();
    private final NodeAddresses own;
    private final Ipv6Addresses ownIpv6;
    private final PeerDirectory peers;
    private final PeerLifecycle lifecycle;
    private final EndpointFilter filter;
    private final Counters counters;
    private final boolean isStrictRemoval;

    /** @param isStrictRemoval whether a shrunken map is obeyed at once, as the paper's text has it */
    MapApplier(
            NodeAddresses own,
            PeerDirectory peers,
            PeerLifecycle lifecycle,
            Counters counters,
            boolean isStrictRemoval) {
        this.own = own;
        this.ownIpv6 = own.ipv6Addresses();
        this.peers = peers;
        this.lifecycle = lifecycle;
        this.filter = new EndpointFilter(own);
        this.counters = counters;
        this.isStrictRemoval = isStrictRemoval;
    }

    void apply(NetworkMap map, Endpoint iex, List<Endpoint> ownLocal, long nowNanos) {
        Map<Integer, Named> named = namedBy(map, iex, ownLocal);
        // This must come before the first peer is opened: in a large mesh not even the first ones are to be called at
        // once.
        peers.useNamed(named.size());
        List<Peer> opened = new ArrayList<>();
        List<Peer> changed = new ArrayList<>();
        for (Map.Entry<Integer, Named> entry : named.entrySet()) {
            Known existing = known.get(entry.getKey());
            Candidates candidates = entry.getValue().candidates();
            if (existing == null) {
                if (opened.size() < MAX_OPENED_PER_MAP && known.size() < MAX_PEERS) {
                    Peer peer = lifecycle.open(entry.getKey(), candidates);
                    entry.getValue().describe(peer);
                    known.put(entry.getKey(), new Known(peer));
                    opened.add(peer);
                }
            } else {
                existing.mapsWithout = 0;
                entry.getValue().describe(existing.peer);
                if (!existing.peer.candidates().equals(candidates)) {
                    existing.peer.updateCandidates(candidates);
                    changed.add(existing.peer);
                }
            }
        }
        List<Peer> removed = removeMissing(named, nowNanos);
        boolean areReaddressed = readdress(named);
        if (areReaddressed || !opened.isEmpty() || !changed.isEmpty() || !removed.isEmpty()) {
            // The table comes first: an answer may be back before the peer's thread has sent its second packet.
            peers.replace(known.values().stream().map(each -> each.peer).toList());
            LOG.log(
                    System.Logger.Level.INFO,
                    "map nodes={0} new={1} changed={2} removed={3}",
                    map.nodes().size(),
                    opened,
                    changed,
                    removed);
        }
        opened.forEach(lifecycle::start);
        removed.forEach(lifecycle::close);
        for (Known each : known.values()) {
            if (named.containsKey(each.peer.virtualAddress()) && !opened.contains(each.peer)) {
                lifecycle.mapReceived(each.peer, changed.contains(each.peer));
            }
        }
    }

    /** A node of the map knocks at this one. */
    void knocked(int virtualIp) {
        Known knocking = known.get(virtualIp);
        if (knocking != null) {
            lifecycle.knocked(knocking.peer);
        }
    }

    /** Gives the peers the IPv6 addresses of the map. @return whether any peer had others before */
    private boolean readdress(Map<Integer, Named> named) {
        Set<Ipv6Address> taken = new HashSet<>();
        named.values().forEach(each -> taken.addAll(each.virtualIpv6().list()));
        boolean isAny = false;
        for (Known each : known.values()) {
            Named newest = named.get(each.peer.virtualAddress());
            Ipv6Addresses before = each.peer.virtualIpv6();
            // A peer that the map lacks keeps its addresses as long as the map gives them to nobody else.
            Ipv6Addresses after = newest == null ? without(before, taken) : newest.virtualIpv6();
            if (!after.equals(before)) {
                each.peer.updateVirtualIpv6(after);
                isAny = true;
            }
        }
        return isAny;
    }

    private static Ipv6Addresses without(Ipv6Addresses addresses, Set<Ipv6Address> taken) {
        return Ipv6Addresses.of(addresses.list().stream()
                .filter(address -> !taken.contains(address))
                .toList());
    }

    /**
     * The addresses in this node's own subnets: no other is routed into the TUN, and no packet may claim to come from
     * another.
     */
    private Ipv6Addresses believable(Ipv6Addresses stated, Set<Ipv6Address> taken) {
        return Ipv6Addresses.of(stated.list().stream()
                .filter(address -> own.isInMesh(address.high(), address.low())
                        && !ownIpv6.contains(address.high(), address.low())
                        && taken.add(address))
                .toList());
    }

    private Map<Integer, Named> namedBy(NetworkMap map, Endpoint iex, List<Endpoint> ownLocal) {
        Map<Integer, Named> named = new HashMap<>();
        Set<Ipv6Address> taken = new HashSet<>();
        for (int i = 0; i < map.refusedEntries(); i++) {
            counters.count(DropReason.MAP_ENTRY_REFUSED);
        }
        for (int i = 0; i < map.nodes().size(); i++) {
            MapEntry entry = map.nodes().get(i);
            // The own entry is found by index and by address: Go's map order is random, and an index may be wrong
            // (paper row P27).
            if (i == map.myIndex() || entry.virtualIp() == own.ipv4().address()) {
                continue;
            }
            if (!own.ipv4().contains(entry.virtualIp()) || !filter.accepts(entry.publicEndpoint(), iex)) {
                counters.count(DropReason.MAP_ENTRY_REFUSED);
                continue;
            }
            Endpoint privateEndpoint = entry.privateEndpoint();
            boolean isUsable = privateEndpoint != null && isUsable(privateEndpoint, iex, ownLocal);
            Candidates candidates = new Candidates(
                    entry.publicEndpoint(),
                    isUsable ? privateEndpoint : null,
                    entry.furtherEndpoints().stream()
                            .filter(endpoint -> isUsable(endpoint, iex, ownLocal))
                            .toList());
            Named earlier = named.get(entry.virtualIp());
            if (earlier != null) {
                // The map names the peer twice: the later entry counts, and takes the addresses.
                earlier.virtualIpv6().list().forEach(taken::remove);
            }
            Ipv6Addresses virtualIpv6 = believable(entry.virtualIpv6(), taken);
            named.put(entry.virtualIp(), new Named(candidates, virtualIpv6, entry.natClass(), entry.takesRelayed()));
        }
        return named;
    }

    /**
     * Whether this node may send there. The host itself may have the address too, such as that of a bridge which is the
     * same on many hosts.
     */
    private boolean isUsable(Endpoint endpoint, Endpoint iex, List<Endpoint> ownLocal) {
        return !ownLocal.contains(endpoint) && filter.accepts(endpoint, iex);
    }

    private List<Peer> removeMissing(Map<Integer, Named> named, long nowNanos) {
        List<Peer> removed = new ArrayList<>();
        Iterator<Map.Entry<Integer, Known>> all = known.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Integer, Known> entry = all.next();
            if (named.containsKey(entry.getKey())) {
                continue;
            }
            Known each = entry.getValue();
            if (each.mapsWithout++ == 0) {
                each.missingSinceNanos = nowNanos;
            }
            if (isStrictRemoval || mayRemove(each, nowNanos)) {
                all.remove();
                removed.add(each.peer);
            }
        }
        return removed;
    }

    private static boolean mayRemove(Known each, long nowNanos) {
        boolean hasTalkedLately = each.peer.isHeardSince(nowNanos - TALKED_WITHIN_NANOS);
        boolean isMissingForLong = each.mapsWithout >= 2 && nowNanos - each.missingSinceNanos > MISSING_FOR_NANOS;
        return !hasTalkedLately && (!each.peer.isConnected() || isMissingForLong);
    }
}
