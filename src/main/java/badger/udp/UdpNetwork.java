package badger.udp;

/** Opens UDP sockets: on Linux, or in memory for tests. Any thread may call. */
public interface UdpNetwork extends AutoCloseable {
    /**
     * Opens an unconnected socket that receives from everywhere, dual-stack where the host has IPv6.
     *
     * @param port the local port, or 0 for one that the system chooses
     * @throws UdpException if the port is in use by another process or the socket cannot be had
     */
    UdpSocket bind(int port);

    /**
     * Opens a socket that shares {@code localPort} with the bound one and receives only from {@code peer}. Between its
     * bind and its connect a datagram from elsewhere may come in, so the reader must still check each source.
     *
     * @throws UdpException if the socket cannot be had or the peer cannot be reached
     */
    UdpSocket connect(int localPort, Endpoint peer);

    /**
     * Sets what runs soon after the host's addresses or routes have changed, on a thread of the network. Called at most
     * once.
     */
    void onChange(Runnable changed);

    @Override
    void close();
}
