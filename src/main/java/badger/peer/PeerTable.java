package badger.peer;

import badger.udp.Endpoint;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An immutable snapshot of the peers under three indexes: virtual address, IPv6 virtual address and endpoint (paper row
 * P44). All are open hash tables over primitive keys, so that a look-up for each packet allocates nothing and takes no
 * lock.
 */
public final class PeerTable {
    public static final PeerTable EMPTY = new PeerTable(List.of(), Map.of());

    private final List<Peer> peers;
    private final Peer[] byVirtualAddress;
    private final long[] virtualIpv6;
    private final Peer[] virtualIpv6Owners;
    private final Map<Endpoint, Peer> learned;
    private final Endpoint[] endpoints;
    private final Peer[] endpointOwners;

    private PeerTable(Collection<Peer> peers, Map<Endpoint, Peer> learned) {
        this.peers = List.copyOf(peers);
        this.learned = Map.copyOf(learned);
        this.byVirtualAddress = new Peer[capacityFor(peers.size())];
        int places = this.peers.stream()
                .mapToInt(peer -> peer.candidates().endpoints().size())
                .sum();
        this.endpoints = new Endpoint[capacityFor(places + learned.size())];
        this.endpointOwners = new Peer[endpoints.length];
        List<Ipv6Addresses> addresses =
                this.peers.stream().map(Peer::virtualIpv6).toList();
        int ipv6Places = capacityFor(
                addresses.stream().mapToInt(each -> each.list().size()).sum());
        this.virtualIpv6 = new long[2 * ipv6Places];
        this.virtualIpv6Owners = new Peer[ipv6Places];
        for (int i = 0; i < this.peers.size(); i++) {
            putVirtualAddress(this.peers.get(i));
            putVirtualIpv6(addresses.get(i), this.peers.get(i));
        }
        // The first owner of an endpoint keeps it: first the endpoints that peers were heard from, then public ones,
        // then private ones. Two homes may use the same private address, which then tells nothing.
        this.learned.forEach(this::putEndpoint);
        for (Peer peer : this.peers) {
            putEndpoint(peer.candidates().publicEndpoint(), peer);
        }
        for (Peer peer : this.peers) {
            for (Endpoint endpoint : peer.candidates().endpoints()) {
                putEndpoint(endpoint, peer);
            }
        }
    }

    /** The same table with {@code newPeers} as its peers; learned endpoints of peers that stay are kept. */
    public PeerTable withPeers(Collection<Peer> newPeers) {
        Map<Endpoint, Peer> stillLearned = new HashMap<>(learned);
        stillLearned.values().retainAll(newPeers);
        return new PeerTable(newPeers, stillLearned);
    }

    /**
     * The same table with {@code peer} as the owner of datagrams from {@code endpoint}. Each peer has one such
     * endpoint.
     */
    public PeerTable withLearned(Endpoint endpoint, Peer peer) {
        boolean isKnown = byEndpoint(endpoint.high(), endpoint.low(), endpoint.port()) == peer;
        if (isKnown || !peers.contains(peer)) {
            return this;
        }
        Map<Endpoint, Peer> more = new HashMap<>(learned);
        more.values().removeIf(other -> other == peer);
        more.put(endpoint, peer);
        return new PeerTable(peers, more);
    }

    public List<Peer> peers() {
        return peers;
    }

    /** The peer with this address, or null. */
    public Peer byVirtualAddress(int virtualAddress) {
        int mask = byVirtualAddress.length - 1;
        for (int i = hash(virtualAddress) & mask; byVirtualAddress[i] != null; i = i + 1 & mask) {
            if (byVirtualAddress[i].virtualAddress() == virtualAddress) {
                return byVirtualAddress[i];
            }
        }
        return null;
    }

    /** The peer with the IPv6 address of these two halves, or null. */
    public Peer byVirtualIpv6(long high, long low) {
        int mask = virtualIpv6Owners.length - 1;
        for (int i = hash(high, low, 0) & mask; virtualIpv6Owners[i] != null; i = i + 1 & mask) {
            if (virtualIpv6[2 * i + 1] == low && virtualIpv6[2 * i] == high) {
                return virtualIpv6Owners[i];
            }
        }
        return null;
    }

    /** The peer with this endpoint, or null. */
    public Peer byEndpoint(long high, long low, int port) {
        int mask = endpoints.length - 1;
        for (int i = hash(high, low, port) & mask; endpoints[i] != null; i = i + 1 & mask) {
            Endpoint endpoint = endpoints[i];
            if (endpoint.low() == low && endpoint.port() == port && endpoint.high() == high) {
                return endpointOwners[i];
            }
        }
        return null;
    }

    private void putVirtualAddress(Peer peer) {
        int mask = byVirtualAddress.length - 1;
        int i = hash(peer.virtualAddress()) & mask;
        while (byVirtualAddress[i] != null) {
            i = i + 1 & mask;
        }
        byVirtualAddress[i] = peer;
    }

    private void putVirtualIpv6(Ipv6Addresses addresses, Peer peer) {
        int mask = virtualIpv6Owners.length - 1;
        for (Ipv6Address address : addresses.list()) {
            int i = hash(address.high(), address.low(), 0) & mask;
            while (virtualIpv6Owners[i] != null) {
                i = i + 1 & mask;
            }
            virtualIpv6[2 * i] = address.high();
            virtualIpv6[2 * i + 1] = address.low();
            virtualIpv6Owners[i] = peer;
        }
    }

    private void putEndpoint(Endpoint endpoint, Peer peer) {
        int mask = endpoints.length - 1;
        int i = hash(endpoint.high(), endpoint.low(), endpoint.port()) & mask;
        while (endpoints[i] != null) {
            if (endpoints[i].equals(endpoint)) {
                return;
            }
            i = i + 1 & mask;
        }
        endpoints[i] = endpoint;
        endpointOwners[i] = peer;
    }

    /** A power of two, at most half of it used, so that every search meets an empty place. */
    private static int capacityFor(int entries) {
        return Integer.highestOneBit(Math.max(entries, 1) * 2) * 2;
    }

    private static int hash(int address) {
        int mixed = address * 0x9E3779B9;
        return mixed ^ mixed >>> 16;
    }

    private static int hash(long high, long low, int port) {
        long mixed = (high * 31 + low) * 31 + port;
        mixed *= 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ mixed >>> 32);
    }
}
