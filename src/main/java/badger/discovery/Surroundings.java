package badger.discovery;

import badger.message.MapEntry;
import badger.udp.Endpoint;
import java.util.List;

/** What the node knows of itself and its surroundings. Asked by the thread of {@link IexLink}. */
public interface Surroundings {
    /** Where IEX is now; may look its name up, and may give another address each time. Null if it has none now. */
    Endpoint locateIex();

    /** This node's own address towards {@code iex}, with the main socket's port; null if there is none. */
    Endpoint privateEndpoint(Endpoint iex);

    /** Further endpoints of this node, at most {@link MapEntry#MOST_ENDPOINTS}; asked with every heartbeat. */
    List<Endpoint> furtherEndpoints(Endpoint privateEndpoint);

    /** From now on IEX is there: its datagrams are to come to {@link IexLink#offer}. */
    void iexMoved(Endpoint iex);
}
