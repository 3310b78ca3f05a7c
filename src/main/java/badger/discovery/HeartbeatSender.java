package badger.discovery;

import badger.message.Heartbeat;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.SharedSender;
import badger.wire.NodeAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Tells IEX who this node is and where, and knows that itself. Used by the control thread. */
final class HeartbeatSender {
    private final LinkSettings terms;
    private final Surroundings surroundings;
    private final SharedSender sender;
    private Endpoint privateEndpoint;
    private List<Endpoint> furtherEndpoints = List.of();

    HeartbeatSender(LinkSettings terms, Surroundings surroundings, SharedSender sender) {
        this.terms = terms;
        this.surroundings = surroundings;
        this.sender = sender;
    }

    /**
     * IEX is there, or this node is elsewhere: finds out by which address it reaches the server.
     *
     * @param iex null if that is unknown
     * @return whether it is another one than before
     */
    boolean locate(Endpoint iex) {
        Endpoint before = privateEndpoint;
        privateEndpoint = iex == null ? null : surroundings.privateEndpoint(iex);
        return !Objects.equals(before, privateEndpoint);
    }

    /** This node's own endpoints, as they were told last. */
    List<Endpoint> ownEndpoints() {
        List<Endpoint> all = new ArrayList<>(furtherEndpoints);
        if (privateEndpoint != null) {
            all.add(privateEndpoint);
        }
        return all;
    }

    /** Sends a heartbeat, which knocks at some. @return its length, or {@code -errno} */
    int announce(Endpoint iex, NatClass natClass, List<Integer> knocks) {
        NodeAddresses own = terms.addresses();
        furtherEndpoints = surroundings.furtherEndpoints(privateEndpoint);
        Heartbeat heartbeat = new Heartbeat(
                own.ipv4().address(),
                own.ipv6Addresses(),
                privateEndpoint,
                terms.nodeId(),
                natClass,
                furtherEndpoints,
                true,
                knocks,
                terms.relay().isWanted(),
                terms.relay().token());
        return sender.send(heartbeat.toJson(), iex);
    }
}
