package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.message.Heartbeat;
import badger.udp.LinuxUdpNetwork;
import badger.udp.UdpException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The paper's messages, word for word, between plain sockets and a real server on loopback. */
final class IexLoopbackTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String PAPERS_HEARTBEAT = """
            {
                "VirtualIP": "10.0.0.10",
                "PrivateIP": "192.168.10.100"
            }
            """;

    private final LinuxUdpNetwork network = new LinuxUdpNetwork();
    private IexServer server;

    @BeforeEach
    void start() {
        server = IexServer.start(network, IexSettings.DEFAULTS.withPort(0));
    }

    @AfterEach
    void stop() {
        long began = System.nanoTime();
        server.close();
        network.close();
        assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(2), "closing took too long");
    }

    @Test
    void answersThePapersHeartbeatWithThePapersMap() throws IOException {
        try (DatagramSocket ten = open("127.0.0.1");
                DatagramSocket twenty = open("127.0.0.1")) {
            send(ten, PAPERS_HEARTBEAT);
            assertEquals("[" + entry("10.0.0.10", "192.168.10.100", ten) + "],\"MyIndex\":0}", nodes(receive(ten)));
            send(twenty, "{\"VirutalIP\":\"10.0.0.20\",\"PrivateIP\":\"192.168.10.200:3000\",}");
            String both = "[" + entry("10.0.0.10", "192.168.10.100", ten)
                    + ",{\"VirtualIP\":\"10.0.0.20\",\"PrivateIP\":\"192.168.10.200:3000\",\"PublicIP\":\"127.0.0.1:"
                    + twenty.getLocalPort() + "\"}],\"MyIndex\":";
            assertEquals(both + "1}", nodes(receive(twenty)));
            assertEquals(both + "0}", nodes(receive(ten)));
        }
    }

    @Test
    void servesIpv6AndIpv4FromOneSocket() throws IOException {
        try (DatagramSocket four = open("127.0.0.1");
                DatagramSocket six = open("::1")) {
            send(six, "{\"VirtualIP\":\"10.0.0.6\",\"PrivateIP\":null}");
            assertEquals(
                    "[{\"VirtualIP\":\"10.0.0.6\",\"PrivateIP\":\"\",\"PublicIP\":\"[0:0:0:0:0:0:0:1]:"
                            + six.getLocalPort() + "\"}],\"MyIndex\":0}",
                    nodes(receive(six)));
            send(four, PAPERS_HEARTBEAT);
            assertTrue(nodes(receive(four)).endsWith(entry("10.0.0.10", "192.168.10.100", four) + "],\"MyIndex\":1}"));
        }
    }

    @Test
    void dropsGarbageAndLongHeartbeats() throws IOException {
        try (DatagramSocket socket = open("127.0.0.1")) {
            send(socket, "");
            send(socket, "[[[[[[[[[[[[[[[[");
            send(socket, PAPERS_HEARTBEAT + " ".repeat(Heartbeat.MAXIMUM_BYTES));
            send(socket, "{\"VirtualIP\":\"255.255.255.255\"}");
            send(socket, PAPERS_HEARTBEAT);
            receive(socket);
            assertEquals(3, server.counters().dropped(DropReason.HEARTBEAT_MALFORMED));
            assertEquals(1, server.counters().dropped(DropReason.HEARTBEAT_REFUSED));
            assertEquals(1, server.nodes());
        }
    }

    @Test
    void refusesAPortThatIsTaken() {
        IexSettings same = IexSettings.DEFAULTS.withPort(server.port());
        try (LinuxUdpNetwork other = new LinuxUdpNetwork()) {
            UdpException e = assertThrows(UdpException.class, () -> IexServer.start(other, same));
            assertTrue(e.getMessage().contains("UDP port " + server.port() + " is in use"), e.getMessage());
        }
    }

    private static DatagramSocket open(String address) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private void send(DatagramSocket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, socket.getLocalAddress(), server.port()));
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static String nodes(String map) {
        String key = "\"Nodes\":";
        return map.substring(map.indexOf(key) + key.length());
    }

    private static String entry(String vip, String privateIp, DatagramSocket socket) {
        return "{\"VirtualIP\":\"" + vip + "\",\"PrivateIP\":\"" + privateIp + ":" + socket.getLocalPort()
                + "\",\"PublicIP\":\"127.0.0.1:" + socket.getLocalPort() + "\"}";
    }
}
