package badger.iex;

import badger.udp.Endpoint;
import java.util.List;

/**
 * The nodes that want relayed datagrams, by endpoint and by virtual address. Open hash tables over numbers, so that a
 * look-up allocates nothing. Immutable.
 */
final class RelayTable {
    private final RelayNode[] byEndpoint;
    private final RelayNode[] byVirtualIp;
    private final int mask;

    RelayTable(List<RelayNode> nodes) {
        // A power of two, at most half of which is used, so that every search ends at an empty place.
        int places = Integer.highestOneBit(Math.max(nodes.size(), 1) * 2) * 2;
        byEndpoint = new RelayNode[places];
        byVirtualIp = new RelayNode[places];
        mask = places - 1;
        for (RelayNode node : nodes) {
            Endpoint endpoint = node.endpoint();
            put(byEndpoint, hash(endpoint.high(), endpoint.low(), endpoint.port()), node);
            put(byVirtualIp, hash(0, node.virtualIp(), 0), node);
        }
    }

    /** The node at an endpoint, or null. */
    RelayNode at(long high, long low, int port) {
        for (int i = hash(high, low, port) & mask; byEndpoint[i] != null; i = i + 1 & mask) {
            Endpoint endpoint = byEndpoint[i].endpoint();
            if (endpoint.low() == low && endpoint.port() == port && endpoint.high() == high) {
                return byEndpoint[i];
            }
        }
        return null;
    }

    /** The node with a virtual address, or null. */
    RelayNode of(int virtualIp) {
        for (int i = hash(0, virtualIp, 0) & mask; byVirtualIp[i] != null; i = i + 1 & mask) {
            if (byVirtualIp[i].virtualIp() == virtualIp) {
                return byVirtualIp[i];
            }
        }
        return null;
    }

    private void put(RelayNode[] table, int hash, RelayNode node) {
        int i = hash & mask;
        while (table[i] != null) {
            i = i + 1 & mask;
        }
        table[i] = node;
    }

    private static int hash(long high, long low, int port) {
        long mixed = (high * 31 + low) * 31 + port;
        mixed *= 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ mixed >>> 32);
    }
}
