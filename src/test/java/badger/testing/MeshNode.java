package badger.testing;

import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.connect.ConnectPolicy;
import badger.connect.SessionTimings;
import badger.discovery.Host;
import badger.discovery.MapMemory;
import badger.handshake.HandshakeSettings;
import badger.handshake.Psk;
import badger.node.Node;
import badger.peer.Peer;
import badger.tun.TunOffloads;
import badger.udp.Endpoint;
import badger.udp.LinuxUdpNetwork;
import badger.udp.UdpNetwork;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** A whole node over a {@link FakeTun}, and either a {@link FakeInternet} or the kernel's UDP on loopback. */
public final class MeshNode implements AutoCloseable {
    private static final AeadBackend AEAD = Aeads.preferred();
    private static final int MTU = 1_400;

    private final Node node;
    private final FakeTun tun;
    private final String virtualIp;

    private MeshNode(
            UdpNetwork network,
            IntFunction<Endpoint> ownEndpoint,
            List<Endpoint> further,
            Endpoint iex,
            FakeTun tun,
            Node.Settings settings) {
        this.virtualIp = settings.addresses().ipv4().addressText();
        this.tun = tun;
        Host host = new Host() {
            @Override
            public Endpoint locateIex() {
                return iex;
            }

            @Override
            public Endpoint privateEndpoint(Endpoint unused, int port) {
                return ownEndpoint.apply(port);
            }

            @Override
            public List<Endpoint> furtherEndpoints(Endpoint unused, int port, NodeAddresses mesh) {
                return further.stream().map(each -> each.withPort(port)).toList();
            }
        };
        this.node = new Node(settings, host, tun, network);
        node.start();
    }

    private static Node.Settings settings(NodeAddresses addresses, String psk) {
        return settings(addresses, psk, HandshakeSettings.RECORD_LIMIT, SessionTimings.DEFAULTS);
    }

    private static Node.Settings settings(
            NodeAddresses addresses, String psk, long recordLimit, SessionTimings timers) {
        return settings(addresses, psk, recordLimit, timers, ConnectPolicy.DEFAULT);
    }

    private static Node.Settings settings(
            NodeAddresses addresses, String psk, long recordLimit, SessionTimings timers, ConnectPolicy connecting) {
        String nodeId = "node" + addresses.ipv4().addressText().replace(".", "x");
        return new Node.Settings(
                addresses,
                Psk.of(psk),
                AEAD,
                0,
                nodeId,
                false,
                recordLimit,
                timers,
                connecting,
                MapMemory.NONE,
                true,
                false);
    }

    public static MeshNode start(FakeUdpNetwork network, Endpoint iex, String virtualIp, String psk) {
        return start(network, iex, ipv4(virtualIp), plainTun(), psk);
    }

    /** As the other, with these addresses in the mesh and this device. */
    public static MeshNode start(
            FakeUdpNetwork network, Endpoint iex, NodeAddresses addresses, FakeTun tun, String psk) {
        return new MeshNode(network, network::endpoint, List.of(), iex, tun, settings(addresses, psk));
    }

    /** As the other, but what the node takes for its own address in its LAN is {@code claimed}. */
    public static MeshNode start(FakeUdpNetwork network, Endpoint iex, String virtualIp, String psk, Endpoint claimed) {
        return new MeshNode(network, _ -> claimed, List.of(), iex, plainTun(), settings(ipv4(virtualIp), psk));
    }

    /** A node that says that it has these addresses too; their ports do not count. */
    public static MeshNode startWithFurther(
            FakeUdpNetwork network, Endpoint iex, String virtualIp, String psk, List<Endpoint> further) {
        return new MeshNode(network, network::endpoint, further, iex, plainTun(), settings(ipv4(virtualIp), psk));
    }

    /** A node that IEX may relay for. */
    public static MeshNode startRelayed(FakeUdpNetwork network, Endpoint iex, String virtualIp, String psk) {
        Node.Settings plain = settings(ipv4(virtualIp), psk);
        Node.Settings relayed = new Node.Settings(
                plain.addresses(),
                plain.psk(),
                plain.aead(),
                plain.port(),
                plain.nodeId(),
                plain.isStrictRemoval(),
                plain.recordLimit(),
                plain.timers(),
                plain.connecting(),
                plain.mapMemory(),
                plain.mayLeaveChecksums(),
                true);
        return new MeshNode(network, network::endpoint, List.of(), iex, plainTun(), relayed);
    }

    /** A node whose datagrams are the kernel's; it reaches only what is on this host. */
    public static MeshNode startOnLoopback(Endpoint iex, String virtualIp, String psk) {
        return startOnLoopback(iex, virtualIp, psk, ConnectPolicy.DEFAULT);
    }

    /** As the other, opening its sessions by this policy. */
    public static MeshNode startOnLoopback(Endpoint iex, String virtualIp, String psk, ConnectPolicy connecting) {
        return new MeshNode(
                new LinuxUdpNetwork(),
                MeshNode::onLoopback,
                List.of(),
                iex,
                plainTun(),
                settings(ipv4(virtualIp), psk, HandshakeSettings.RECORD_LIMIT, SessionTimings.DEFAULTS, connecting));
    }

    /** A node whose keys seal only so many records. */
    public static MeshNode startWithRecordLimit(
            FakeUdpNetwork network, Endpoint iex, String virtualIp, String psk, long recordLimit) {
        Node.Settings settings = settings(ipv4(virtualIp), psk, recordLimit, SessionTimings.DEFAULTS);
        return new MeshNode(network, network::endpoint, List.of(), iex, plainTun(), settings);
    }

    /** A node that keeps its sessions alive and renews them at these times. */
    public static MeshNode startWithTimers(
            FakeUdpNetwork network, Endpoint iex, String virtualIp, String psk, SessionTimings timers) {
        Node.Settings settings = settings(ipv4(virtualIp), psk, HandshakeSettings.RECORD_LIMIT, timers);
        return new MeshNode(network, network::endpoint, List.of(), iex, plainTun(), settings);
    }

    /** A node that opens its sessions by this policy. */
    public static MeshNode startWithPolicy(
            FakeUdpNetwork network,
            Endpoint iex,
            String virtualIp,
            String psk,
            SessionTimings timers,
            ConnectPolicy connecting) {
        Node.Settings settings = settings(ipv4(virtualIp), psk, HandshakeSettings.RECORD_LIMIT, timers, connecting);
        return new MeshNode(network, network::endpoint, List.of(), iex, plainTun(), settings);
    }

    private static NodeAddresses ipv4(String virtualIp) {
        return NodeAddresses.of(
                new Ipv4Prefix(Ipv4Prefix.parseAddress(virtualIp).orElseThrow(), 16));
    }

    private static FakeTun plainTun() {
        return new FakeTun(MTU);
    }

    /** A node whose TUN has all offloads, and so super-packets. */
    public static MeshNode startWithOffloads(FakeUdpNetwork network, Endpoint iex, String virtualIp, String psk) {
        FakeTun tun = new FakeTun(MTU, TunOffloads.ALL);
        return start(network, iex, ipv4(virtualIp), tun, psk);
    }

    public static Endpoint onLoopback(int port) {
        return Endpoint.of(InetAddress.getLoopbackAddress(), port);
    }

    public Node node() {
        return node;
    }

    public FakeTun tun() {
        return tun;
    }

    public String virtualIp() {
        return virtualIp;
    }

    /** The peer of that address, or null if it is not known. */
    public Peer peer(String peerVirtualIp) {
        return node.peers()
                .table()
                .byVirtualAddress(Ipv4Prefix.parseAddress(peerVirtualIp).orElseThrow());
    }

    public boolean isConnectedTo(String peerVirtualIp) {
        Peer peer = peer(peerVirtualIp);
        return peer != null && peer.isConnected();
    }

    /** Waits until {@code condition} holds. @return whether it did in time */
    public static boolean await(Duration atMost, BooleanSupplier condition) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(5_000_000);
        }
        return true;
    }

    @Override
    public void close() {
        node.close();
    }
}
