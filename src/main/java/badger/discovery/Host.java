package badger.discovery;

import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.NodeAddresses;
import java.util.List;

/** What a node needs to know of the host that it runs on. Called by the thread of {@link IexLink}. */
public interface Host {
    /**
     * Where IEX is now; null if it has no address now. May look its name up, and may return another address each time.
     */
    Endpoint locateIex();

    /** The host's own address towards {@code iex}, with {@code port}; null if there is none. */
    Endpoint privateEndpoint(Endpoint iex, int port);

    /**
     * Further addresses of the host, with {@code port}, at most {@link MapEntry#MOST_ENDPOINTS}; neither the given one
     * nor one inside {@code mesh}. Called for every heartbeat.
     */
    List<Endpoint> furtherEndpoints(Endpoint privateEndpoint, int port, NodeAddresses mesh);
}
