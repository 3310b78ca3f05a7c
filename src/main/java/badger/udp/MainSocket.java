package badger.udp;

/**
 * The node's one unconnected socket, which every peer and IEX may send to. A socket at another port can replace it, and
 * then every NAT on the way treats it as a new flow. Any thread may call.
 */
public final class MainSocket implements AutoCloseable {
    private final UdpNetwork network;
    private final Relay relay;
    private volatile UdpSocket current;
    private volatile boolean isClosed;

    /** A main socket without a relay. */
    public MainSocket(UdpNetwork network, int port) {
        this(network, port, Relay.never());
    }

    /**
     * Binds the socket; the network stays the caller's.
     *
     * @param port the local port, or 0 for any
     * @param relay through which a {@link RelayEndpoint} is reached
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

    /** The present socket. It is closed once another has replaced it. */
    public UdpSocket current() {
        return current;
    }

    public int localPort() {
        return current.localPort();
    }

    public boolean isClosed() {
        return isClosed;
    }

    /**
     * Takes another port, which the system chooses. Sockets that share the former port keep it. Waits on the former
     * socket end.
     *
     * @throws UdpException if no socket can be had; the former one then stays
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
