package badger.node;

import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.NodeAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Further addresses of this host at which another node might reach it: those of IPv6, and those in other networks than
 * the one towards IEX. They are read anew each time, which takes about a millisecond.
 */
final class LocalAddresses {
    /** ARPHRD_NONE (linux/if_arp.h): TUN devices and WireGuard's. A mesh must not run through another by accident. */
    private static final String TUNNEL_TYPE = "65534";

    private static final int GLOBALS_BEFORE_OTHERS = 2;

    private LocalAddresses() {}

    /**
     * At most {@link MapEntry#MOST_ENDPOINTS}, always in the same order: two global IPv6 addresses, then those in other
     * networks, then the other global ones. There may be many global ones; the younger are temporary (RFC 8981).
     *
     * @param known is left out; may be null
     * @param mesh the node's own, whose prefixes are left out
     */
    static List<Endpoint> endpoints(Endpoint known, int port, NodeAddresses mesh) {
        return choose(addresses(), known, port, mesh);
    }

    static List<Endpoint> choose(List<InetAddress> addresses, Endpoint known, int port, NodeAddresses mesh) {
        List<Endpoint> globals = new ArrayList<>();
        List<Endpoint> others = new ArrayList<>();
        for (InetAddress address : addresses) {
            Endpoint endpoint = Endpoint.of(address, port);
            if (!endpoint.equals(known) && isUsable(address, endpoint, mesh)) {
                boolean isGlobal = endpoint.high() >>> 61 == 1;
                (isGlobal ? globals : others).add(endpoint);
            }
        }
        int first = Math.min(GLOBALS_BEFORE_OTHERS, globals.size());
        return Stream.of(globals.subList(0, first), others, globals.subList(first, globals.size()))
                .flatMap(List::stream)
                .distinct()
                .limit(MapEntry.MOST_ENDPOINTS)
                .toList();
    }

    private static boolean isUsable(InetAddress address, Endpoint endpoint, NodeAddresses mesh) {
        boolean isLocal = address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress();
        boolean isInMesh = endpoint.isIpv4()
                ? mesh.ipv4().contains(endpoint.ipv4())
                : mesh.isInMesh(endpoint.high(), endpoint.low());
        return !isLocal && !isInMesh;
    }

    private static List<InetAddress> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(LocalAddresses::isUsable)
                    .flatMap(NetworkInterface::inetAddresses)
                    .toList();
        } catch (SocketException none) {
            return List.of();
        }
    }

    private static boolean isUsable(NetworkInterface each) {
        try {
            return each.isUp() && !each.isLoopback() && !isTunnel(each.getName());
        } catch (SocketException gone) {
            return false;
        }
    }

    private static boolean isTunnel(String device) {
        try {
            return Files.readString(Path.of("/sys/class/net", device, "type"))
                    .strip()
                    .equals(TUNNEL_TYPE);
        } catch (IOException unknown) {
            return false;
        }
    }
}
