package badger.discovery;

import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.wire.NodeAddresses;
import java.net.InetAddress;

/**
 * The endpoints of a map to which a node is willing to send. A map is a hint from outside: the endpoints that it names
 * must not make a node send to itself, to many at once, or into its own tunnel.
 */
final class EndpointFilter {
    private final NodeAddresses own;

    EndpointFilter(NodeAddresses own) {
        this.own = own;
    }

    /** @param iex IEX's endpoint, or null if unknown: if IEX is on this host, other nodes may be too */
    boolean accepts(Endpoint endpoint, Endpoint iex) {
        // Only this node itself decides to have something relayed.
        if (endpoint.port() == 0 || RelayEndpoint.isOne(endpoint)) {
            return false;
        }
        InetAddress address = endpoint.address();
        if (address.isMulticastAddress() || address.isAnyLocalAddress()) {
            return false;
        }
        if (address.isLoopbackAddress() && (iex == null || !iex.address().isLoopbackAddress())) {
            return false;
        }
        if (!endpoint.isIpv4()) {
            return !own.isInMesh(endpoint.high(), endpoint.low());
        }
        boolean isThisNetwork = endpoint.ipv4() >>> 24 == 0;
        return !isThisNetwork && endpoint.ipv4() != -1 && !own.ipv4().contains(endpoint.ipv4());
    }
}
