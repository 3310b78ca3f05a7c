package badger.wire;

import java.util.List;

/**
 * A node's own virtual addresses, each with the subnet that is routed into its TUN.
 *
 * @param ipv4 the address that names the node: to IEX, in the handshake, and in the rule of which node leads
 * @param ipv6 further addresses, at most {@link Ipv6Addresses#MOST}; often none
 */
public record NodeAddresses(Ipv4Prefix ipv4, List<Ipv6Prefix> ipv6) {
    public NodeAddresses {
        ipv6 = List.copyOf(ipv6);
    }

    /** The addresses of a node without IPv6 in the mesh. */
    public static NodeAddresses of(Ipv4Prefix ipv4) {
        return new NodeAddresses(ipv4, List.of());
    }

    public Ipv6Addresses ipv6Addresses() {
        return Ipv6Addresses.of(ipv6.stream().map(Ipv6Prefix::address).toList());
    }

    /** Whether an IPv6 address is inside the mesh as this node sees it, its own included. */
    public boolean isInMesh(long high, long low) {
        return ipv6.stream().anyMatch(prefix -> prefix.contains(high, low));
    }

    /** The addresses with their prefix lengths, IPv4 first. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(ipv4.toString());
        ipv6.forEach(prefix -> text.append(' ').append(prefix));
        return text.toString();
    }
}
