package badger.session;

import badger.udp.Endpoint;
import badger.udp.MainSocket;
import badger.udp.RelayEndpoint;
import badger.udp.UdpException;
import badger.udp.UdpNetwork;
import badger.udp.UdpSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens the paths to peers, with a socket of their own while there are not too many. Any thread. */
public final class PathSockets implements PathOpener {
    /**
     * Peers that get a socket of their own. Kernels before 6.13 search the sockets of one port one by one (commit
     * 9e92ac7dbb4f hashes them by four-tuple), so more sockets would slow every datagram down.
     */
    static final int MAX_OWN_SOCKETS = 128;

    private final UdpNetwork network;
    private final MainSocket mainSocket;
    private final AtomicInteger ownSockets = new AtomicInteger();

    public PathSockets(UdpNetwork network, MainSocket mainSocket) {
        this.network = network;
        this.mainSocket = mainSocket;
    }

    @Override
    public PeerPath open(Endpoint endpoint, boolean isReplacement) {
        if (RelayEndpoint.isOne(endpoint)) {
            // IEX sends what it relays to the main socket, whose endpoint it knows.
            return new PeerPath(endpoint, null, mainSocket.current(), () -> {});
        }
        UdpSocket own = null;
        if (ownSockets.incrementAndGet() <= MAX_OWN_SOCKETS || isReplacement) {
            try {
                own = network.connect(mainSocket.localPort(), endpoint);
            } catch (UdpException refused) {
                // The main socket serves as well, only more slowly.
                own = null;
            }
        }
        if (own == null) {
            ownSockets.decrementAndGet();
            return new PeerPath(endpoint, null, mainSocket.current(), () -> {});
        }
        return new PeerPath(endpoint, own, mainSocket.current(), ownSockets::decrementAndGet);
    }
}
