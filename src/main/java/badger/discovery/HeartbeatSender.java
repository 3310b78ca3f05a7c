package badger.discovery;

import badger.message.Heartbeat;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.SharedSender;
import badger.wire.NodeAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;

/** Tells IEX who this node is and where, and keeps track of that. Used by the link's thread. */
final class HeartbeatSender {
    private final LinkSettings settings;
    private final Host host;
    private final IntSupplier port;
    private final SharedSender sender;
    private Endpoint privateEndpoint;
    private List<Endpoint> furtherEndpoints = List.of();

    /** @param port the main socket's, which may change */
    HeartbeatSender(LinkSettings settings, Host host, IntSupplier port, SharedSender sender) {
        this.settings = settings;
        this.host = host;
        this.port = port;
        this.sender = sender;
    }

    /**
     * Finds out by which address this node reaches the server, because IEX has an address now or this node has moved.
     *
     * @param iex null if that is unknown
     * @return whether that address is another one than before
     */
    boolean locate(Endpoint iex) {
        Endpoint before = privateEndpoint;
        privateEndpoint = iex == null ? null : host.privateEndpoint(iex, port.getAsInt());
        return !Objects.equals(before, privateEndpoint);
    }

    /** This node's own endpoints, as the last heartbeat gave them. */
    List<Endpoint> ownEndpoints() {
        List<Endpoint> all = new ArrayList<>(furtherEndpoints);
        if (privateEndpoint != null) {
            all.add(privateEndpoint);
        }
        return all;
    }

    /** Sends a heartbeat, which knocks at the given peers. @return its length, or {@code -errno} */
    int announce(Endpoint iex, NatClass natClass, List<Integer> knocks) {
        NodeAddresses own = settings.addresses();
        furtherEndpoints = host.furtherEndpoints(privateEndpoint, port.getAsInt(), own);
        Heartbeat heartbeat = new Heartbeat(
                own.ipv4().address(),
                own.ipv6Addresses(),
                privateEndpoint,
                settings.nodeId(),
                natClass,
                furtherEndpoints,
                true,
                knocks,
                settings.relay().isWanted(),
                settings.relay().token());
        return sender.send(heartbeat.toJson(), iex);
    }
}
