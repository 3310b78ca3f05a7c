package badger.config;

import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/** Judges {@code --private-ip}: an address of this host in its local network, as the user names it. */
final class PrivateIp {
    private PrivateIp() {}

    /** Returns empty where {@code text} is null, because the flag was not given. */
    static Optional<InetAddress> parse(String text, NodeAddresses mesh) throws ConfigException {
        if (text == null) {
            return Optional.empty();
        }
        InetAddress address = literal(text);
        if (address == null
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || "255.255.255.255".equals(text)) {
            throw new ConfigException("--private-ip " + Printable.text(text)
                    + " is not the address of a host: give this host's own address in its local network");
        }
        Endpoint endpoint = Endpoint.of(address, 0);
        boolean isInMesh = endpoint.isIpv4()
                ? mesh.ipv4().contains(endpoint.ipv4())
                : mesh.isInMesh(endpoint.high(), endpoint.low());
        if (isInMesh) {
            throw new ConfigException("--private-ip " + text + " lies inside the mesh " + mesh
                    + ": give this host's address in its local network");
        }
        return Optional.of(address);
    }

    /** The address, or null where the text is none; names are not looked up. */
    private static InetAddress literal(String text) {
        boolean isIpv4 = Ipv4Prefix.parseAddress(text).isPresent();
        boolean mayBeIpv6 = text.indexOf(':') >= 0 && text.indexOf('%') < 0 && text.indexOf('[') < 0;
        try {
            return isIpv4 ? InetAddress.ofLiteral(text) : mayBeIpv6 ? Inet6Address.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
