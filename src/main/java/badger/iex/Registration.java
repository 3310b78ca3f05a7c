package badger.iex;

import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;

/** What the registry holds of one node (paper rows P14 and P17). Guarded by the registry. */
final class Registration {
    private static final int HEARTBEATS_PER_SECOND = 10;
    private static final int PROBES_PER_SECOND = 4;
    private static final int KNOCKS_PER_SECOND = 2;
    private static final int KNOCKS_AT_ONCE = 8;

    private final RateLimit heartbeats = new RateLimit(HEARTBEATS_PER_SECOND, HEARTBEATS_PER_SECOND);
    private final RateLimit earlyMaps = new RateLimit(1, 1);
    private final RateLimit probes = new RateLimit(PROBES_PER_SECOND, PROBES_PER_SECOND);
    private final RateLimit knocks = new RateLimit(KNOCKS_PER_SECOND, KNOCKS_AT_ONCE);
    private MapEntry entry;
    private boolean takesKnocks;
    private Ipv6Addresses heldIpv6 = Ipv6Addresses.NONE;
    private String nodeId;
    private long lastHeardNanos;

    Registration(MapEntry entry, String nodeId, long nowNanos) {
        this.entry = entry;
        this.nodeId = nodeId;
        this.lastHeardNanos = nowNanos;
    }

    MapEntry entry() {
        return entry;
    }

    int virtualIp() {
        return entry.virtualIp();
    }

    Endpoint source() {
        return entry.publicEndpoint();
    }

    String nodeId() {
        return nodeId;
    }

    boolean mayBeat(long nowNanos) {
        return heartbeats.tryTake(nowNanos);
    }

    /** Whether it gets a map of its own once more. */
    boolean mayAsk(long nowNanos) {
        return earlyMaps.tryTake(nowNanos);
    }

    /** Whether a probe of it is answered once more. */
    boolean mayProbe(long nowNanos) {
        return probes.tryTake(nowNanos);
    }

    void takeKnocks(boolean newTakesKnocks) {
        takesKnocks = newTakesKnocks;
    }

    /** Whether it understands a knock, and is told of one more. */
    boolean mayBeKnockedAt(long nowNanos) {
        return takesKnocks && knocks.tryTake(nowNanos);
    }

    long silenceNanos(long nowNanos) {
        return nowNanos - lastHeardNanos;
    }

    /** The IPv6 addresses that {@link Ipv6Holders} has under this node: those of its entry, between two heartbeats. */
    Ipv6Addresses heldIpv6() {
        return heldIpv6;
    }

    void holdIpv6(Ipv6Addresses addresses) {
        heldIpv6 = addresses;
    }

    /** Another node has the address now. */
    void loseIpv6(Ipv6Address address) {
        heldIpv6 = Ipv6Addresses.of(
                heldIpv6.list().stream().filter(each -> !each.equals(address)).toList());
        entry = entry.withVirtualIpv6(heldIpv6);
    }

    void heard(MapEntry newEntry, String newNodeId, long nowNanos) {
        entry = newEntry;
        nodeId = newNodeId;
        lastHeardNanos = nowNanos;
    }
}
