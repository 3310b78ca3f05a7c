package badger.iex;

import badger.udp.Endpoint;
import java.util.HashMap;
import java.util.Map;

/**
 * The number of nodes in each network of the size that one customer usually has: an IPv4 address, or an IPv6 /64.
 * Guarded by the registry.
 */
final class NodesPerNetwork {
    private final int maximum;
    private final Map<Endpoint, Integer> counts = new HashMap<>();

    NodesPerNetwork(int maximum) {
        this.maximum = maximum;
    }

    /** Whether one more node may come from there. Loopback has no limit. */
    boolean hasRoom(Endpoint source) {
        return source.address().isLoopbackAddress() || counts.getOrDefault(network(source), 0) < maximum;
    }

    /** @param change 1 for one more, -1 for one less */
    void count(Endpoint source, int change) {
        counts.merge(network(source), change, (count, by) -> count + by == 0 ? null : count + by);
    }

    private static Endpoint network(Endpoint source) {
        return source.isIpv4() ? source.withPort(0) : new Endpoint(source.high(), 0, 0);
    }
}
