package badger.testing;

import badger.udp.Endpoint;
import badger.udp.UdpException;
import badger.udp.UdpNetwork;
import badger.udp.UdpSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The UDP of one host on a {@link FakeInternet}. As on Linux, a connected socket wins over the unconnected one of its
 * port. State is guarded by the internet's monitor.
 */
public final class FakeUdpNetwork implements UdpNetwork {
    private static final int FIRST_EPHEMERAL_PORT = 32_768;

    private final FakeInternet internet;
    private Endpoint address;
    private Endpoint second;
    private Runnable changed = () -> {};
    private final List<FakeUdpSocket> sockets = new ArrayList<>();
    private int nextPort = FIRST_EPHEMERAL_PORT;

    FakeUdpNetwork(FakeInternet internet, Endpoint address) {
        this.internet = internet;
        this.address = address;
    }

    /** This host's address with a port. */
    public Endpoint endpoint(int port) {
        synchronized (internet) {
            return address.withPort(port);
        }
    }

    @Override
    public void onChange(Runnable whenChanged) {
        synchronized (internet) {
            changed = whenChanged;
        }
    }

    /** Gives the host another address in place of the one before, and tells whoever uses it. */
    public void renumber(String newAddress) {
        synchronized (internet) {
            address = internet.rename(address, newAddress);
            internet.wake(changed);
        }
    }

    @Override
    public UdpSocket bind(int port) {
        synchronized (internet) {
            if (port != 0 && isBound(port)) {
                throw new UdpException("UDP port " + port + " is in use");
            }
            return open(port == 0 ? freePort() : port, null);
        }
    }

    @Override
    public UdpSocket connect(int localPort, Endpoint peer) {
        synchronized (internet) {
            return open(localPort == 0 ? freePort() : localPort, peer);
        }
    }

    /** Closes this host's sockets; the host can be used again, as a machine that was switched off and on. */
    @Override
    public void close() {
        List<FakeUdpSocket> open;
        synchronized (internet) {
            open = List.copyOf(sockets);
        }
        open.forEach(FakeUdpSocket::close);
    }

    /** The number of sockets that are open on this host. */
    public int openSockets() {
        synchronized (internet) {
            return sockets.size();
        }
    }

    /** Datagrams that have arrived at this host and were not read yet. */
    public int unreadDatagrams() {
        synchronized (internet) {
            return sockets.stream().mapToInt(FakeUdpSocket::unread).sum();
        }
    }

    /** The socket that a datagram goes to, or null. The caller holds the monitor. */
    FakeUdpSocket socketFor(int port, Endpoint source) {
        FakeUdpSocket unconnected = null;
        for (int i = sockets.size() - 1; i >= 0; i--) {
            FakeUdpSocket socket = sockets.get(i);
            if (socket.localPort() == port) {
                if (source.equals(socket.peer())) {
                    return socket;
                }
                unconnected = socket.peer() == null ? socket : unconnected;
            }
        }
        return unconnected;
    }

    /** The caller holds the monitor. */
    void useSecond(Endpoint otherAddress) {
        second = otherAddress;
    }

    /** The address of the family of {@code to}, if there is one. The caller holds the monitor. */
    Endpoint sourceTowards(Endpoint to) {
        return second != null && second.isIpv4() == to.isIpv4() ? second : address;
    }

    /** The caller holds the monitor. */
    void forget(FakeUdpSocket socket) {
        sockets.remove(socket);
    }

    private FakeUdpSocket open(int port, Endpoint peer) {
        FakeUdpSocket socket = new FakeUdpSocket(
                internet,
                this,
                peer == null ? endpoint(port) : sourceTowards(peer).withPort(port),
                peer);
        sockets.add(socket);
        return socket;
    }

    private boolean isBound(int port) {
        return sockets.stream().anyMatch(socket -> socket.localPort() == port && socket.peer() == null);
    }

    private int freePort() {
        while (isBound(nextPort)) {
            nextPort++;
        }
        return nextPort++;
    }
}
