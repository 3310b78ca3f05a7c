package badger.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/** A UDP socket on loopback; it sends to the address it was given, or to whoever sent to it last. */
public final class UdpLink implements DatagramLink {
    private final DatagramSocket socket;
    private volatile SocketAddress peer;

    private UdpLink(SocketAddress peer) {
        try {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
        this.peer = peer;
    }

    public static UdpLink listening() {
        return new UdpLink(null);
    }

    public static UdpLink to(int port) {
        return new UdpLink(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** A port nobody had when this was called. */
    public static int freePort() {
        try (UdpLink link = listening()) {
            return link.port();
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public void send(byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, peer));
        } catch (PortUnreachableException notYetThere) {
            // As lost as any other datagram.
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public byte[] receive(Duration timeout) {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            socket.setSoTimeout((int) Math.max(1, timeout.toMillis()));
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            if (socket.isClosed()) {
                return null;
            }
            throw new UncheckedIOException(e);
        }
        peer = packet.getSocketAddress();
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Override
    public void close() {
        socket.close();
    }
}
