package badger.message;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv6Addresses;
import com.eclipsesource.json.JsonValue;
import java.util.List;
import java.util.Objects;

/**
 * One node on the map.
 *
 * @param virtualIp the node's address in the mesh, big endian in an int
 * @param virtualIpv6 its further addresses in the mesh; mostly none
 * @param publicEndpoint the source of its heartbeats
 * @param privateEndpoint its address in its local network, always with a port; null if it named none
 * @param natClass what stands between it and the internet, as it says
 * @param furtherEndpoints its further endpoints, at most {@link #MOST_ENDPOINTS}; mostly none
 * @param takesRelayed whether it takes datagrams that the server relays
 */
public record MapEntry(
        int virtualIp,
        Ipv6Addresses virtualIpv6,
        Endpoint publicEndpoint,
        Endpoint privateEndpoint,
        NatClass natClass,
        List<Endpoint> furtherEndpoints,
        boolean takesRelayed) {
    /** The most further endpoints of a node. With more, a peer that tries them all would take too long. */
    public static final int MOST_ENDPOINTS = 4;

    public MapEntry {
        Objects.requireNonNull(virtualIpv6, "virtualIpv6");
        Objects.requireNonNull(publicEndpoint, "publicEndpoint");
        Objects.requireNonNull(natClass, "natClass");
        furtherEndpoints = fewEndpoints(furtherEndpoints);
    }

    /** The entry of a node without IPv6 in the mesh, with an unknown NAT, that takes no relayed datagrams. */
    public MapEntry(int virtualIp, Endpoint publicEndpoint, Endpoint privateEndpoint) {
        this(virtualIp, Ipv6Addresses.NONE, publicEndpoint, privateEndpoint, NatClass.UNKNOWN, List.of(), false);
    }

    /** The same entry with other IPv6 addresses. */
    public MapEntry withVirtualIpv6(Ipv6Addresses others) {
        return new MapEntry(
                virtualIp, others, publicEndpoint, privateEndpoint, natClass, furtherEndpoints, takesRelayed);
    }

    /** The same entry with another NAT class. */
    public MapEntry withNatClass(NatClass other) {
        return new MapEntry(
                virtualIp, virtualIpv6, publicEndpoint, privateEndpoint, other, furtherEndpoints, takesRelayed);
    }

    /** The same entry with other further endpoints. */
    public MapEntry withFurtherEndpoints(List<Endpoint> others) {
        return new MapEntry(virtualIp, virtualIpv6, publicEndpoint, privateEndpoint, natClass, others, takesRelayed);
    }

    /** The same entry with another {@link #takesRelayed}. */
    public MapEntry withRelayed(boolean isTaking) {
        return new MapEntry(
                virtualIp, virtualIpv6, publicEndpoint, privateEndpoint, natClass, furtherEndpoints, isTaking);
    }

    static List<Endpoint> fewEndpoints(List<Endpoint> endpoints) {
        if (endpoints.size() > MOST_ENDPOINTS) {
            throw new IllegalArgumentException("more than " + MOST_ENDPOINTS + " endpoints");
        }
        return List.copyOf(endpoints);
    }

    static MapEntry of(JsonValue value) throws MessageException {
        Fields fields = Fields.of(value);
        Endpoint publicEndpoint = AddressText.reachable(fields.text("PublicIP"));
        if (publicEndpoint == null || publicEndpoint.port() == 0) {
            throw new MessageException("PublicIP names no address and port");
        }
        Endpoint privateEndpoint = AddressText.reachable(fields.text("PrivateIP"));
        if (privateEndpoint != null && privateEndpoint.port() == 0) {
            // Most NATs keep the port, so the public one is the best guess (paper row P15).
            privateEndpoint = privateEndpoint.withPort(publicEndpoint.port());
        }
        return new MapEntry(
                fields.virtualIp(),
                fields.virtualIpv6(),
                publicEndpoint,
                privateEndpoint,
                fields.natClass(),
                fields.furtherEndpoints(),
                RelayToken.isTaking(fields));
    }
}
