package badger.udp;

/**
 * The node's one unconnected socket, which every peer and IEX may send to. It can be replaced by one at another port: then
 * every NAT on the way begins with it anew. Any thread may call.
 */
public final class MainSocket implements AutoCloseable {
    private final UdpNetwork network;
    private final Relay relay;
    private volatile UdpSocket current;
    private volatile boolean isClosed;

    /** One by which nothing is relayed. */
    public MainSocket(UdpNetwork network, int port) {
        this(network, port, Relay.never());
    }

    /**
     * Binds the socket; the network stays the caller's.
     *
     * @param port the local port, or 0 for any
     * @param relay by which a {@link RelayEndpoint} is reached
     * @throws UdpException if the port cannot be had
     */
    public MainSocket(UdpNetwork network, int port, Relay relay) {
        this.network = network;
        this.relay = relay;
        this.current = bind(port);
    }

    private UdpSocket bind(int port) {
        UdpSocket bound = network.bind(port);
        return relay.isWanted() ? new RelaySocket(bound, relay) : bound;
    }

    /** The socket as it is now; closed, once another has taken its place. */
    public UdpSocket current() {
        return current;
    }

    public int localPort() {
        return current.localPort();
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return isClosed;
    }

    /**
     * Takes another port, which the system chooses. Sockets that share the one before keep it; whoever waits at the one
     * before returns.
     *
     * @throws UdpException if no socket can be had; the one before then stays
     */
    public synchronized void takeAnotherPort() {
        if (!isClosed) {
            UdpSocket before = current;
            current = bind(0);
            before.close();
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        current.close();
    }
}
