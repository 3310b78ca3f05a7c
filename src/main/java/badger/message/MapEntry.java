package badger.message;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv6Addresses;
import com.eclipsesource.json.JsonValue;
import java.util.Objects;

/**
 * One node on the map.
 *
 * @param virtualIp the node's address in the mesh, big endian in an int
 * @param virtualIpv6 its further addresses there; mostly none
 * @param publicEndpoint where its heartbeats come from
 * @param privateEndpoint its address in its local network, always with a port; null where it named none
 * @param natClass what stands between it and the internet, as it says
 */
public record MapEntry(
        int virtualIp,
        Ipv6Addresses virtualIpv6,
        Endpoint publicEndpoint,
        Endpoint privateEndpoint,
        NatClass natClass) {
    public MapEntry {
        Objects.requireNonNull(virtualIpv6, "virtualIpv6");
        Objects.requireNonNull(publicEndpoint, "publicEndpoint");
        Objects.requireNonNull(natClass, "natClass");
    }

    /** That of a node without IPv6 in the mesh, of whose NAT nothing is known. */
    public MapEntry(int virtualIp, Endpoint publicEndpoint, Endpoint privateEndpoint) {
        this(virtualIp, Ipv6Addresses.NONE, publicEndpoint, privateEndpoint, NatClass.UNKNOWN);
    }

    /** The same with other IPv6 addresses. */
    public MapEntry withVirtualIpv6(Ipv6Addresses others) {
        return new MapEntry(virtualIp, others, publicEndpoint, privateEndpoint, natClass);
    }

    /** The same behind such a NAT. */
    public MapEntry withNatClass(NatClass other) {
        return new MapEntry(virtualIp, virtualIpv6, publicEndpoint, privateEndpoint, other);
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
                fields.virtualIp(), fields.virtualIpv6(), publicEndpoint, privateEndpoint, fields.natClass());
    }
}
