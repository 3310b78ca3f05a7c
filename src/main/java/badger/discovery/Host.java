package badger.discovery;

import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.NodeAddresses;
import java.util.List;

/** What a node asks of the host that it runs on. Asked by the thread of {@link IexLink}. */
public interface Host {
    /** Where IEX is now; may look its name up, and may give another address each time. Null if it has none now. */
    Endpoint locateIex();

    /** The host's own address towards {@code iex}, with {@code port}; null if there is none. */
    Endpoint privateEndpoint(Endpoint iex, int port);

    /**
     * Further addresses of the host, with {@code port}, at most {@link MapEntry#MOST_ENDPOINTS}; neither the given one
     * nor one inside {@code mesh}. Asked with every heartbeat.
     */
    List<Endpoint> furtherEndpoints(Endpoint privateEndpoint, int port, NodeAddresses mesh);
}
