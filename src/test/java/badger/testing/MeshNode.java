package badger.testing;

import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.discovery.Host;
import badger.handshake.Psk;
import badger.node.Node;
import badger.node.NodeSettings;
import badger.peer.Peer;
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
            IntFunction<Endpoint> own,
            List<Endpoint> further,
            Endpoint iex,
            FakeTun tun,
            NodeSettings settings) {
        this.virtualIp = settings.addresses().ipv4().addressText();
        this.tun = tun;
        Host host = new Host() {
            @Override
            public Endpoint locateIex() {
                return iex;
            }

            @Override
            public Endpoint privateEndpoint(Endpoint unused, int port) {
                return own.apply(port);
            }

            @Override
            public List<Endpoint> furtherEndpoints(Endpoint unused, int port, NodeAddresses mesh) {
                return further.stream().map(each -> each.withPort(port)).toList();
            }
        };
        this.node = new Node(settings, host, tun, network);
        node.start();
    }

    /** Of a node with nothing special about it; they serve one node, which closes the key. */
    public static NodeSettings settings(String virtualIp, String psk) {
        return settings(
                NodeAddresses.of(
                        new Ipv4Prefix(Ipv4Prefix.parseAddress(virtualIp).orElseThrow(), 16)),
                psk);
    }

    /** As the other, with these addresses in the mesh. */
    public static NodeSettings settings(NodeAddresses addresses, String psk) {
        return NodeSettings.of(addresses, Psk.of(psk), AEAD)
                .withNodeId("node" + addresses.ipv4().addressText().replace(".", "x"));
    }

    public static MeshNode start(FakeUdpNetwork network, Endpoint iex, NodeSettings settings) {
        return start(network, iex, settings, new FakeTun(MTU));
    }

    /** As the other, over this device. */
    public static MeshNode start(FakeUdpNetwork network, Endpoint iex, NodeSettings settings, FakeTun tun) {
        return new MeshNode(network, network::endpoint, List.of(), iex, tun, settings);
    }

    /**
     * A node that says where it is.
     *
     * @param own what it takes for its endpoint in its LAN, by its port
     * @param further addresses that it says it has too; their ports do not count
     */
    public static MeshNode startAt(
            FakeUdpNetwork network,
            Endpoint iex,
            NodeSettings settings,
            IntFunction<Endpoint> own,
            List<Endpoint> further) {
        return new MeshNode(network, own, further, iex, new FakeTun(MTU), settings);
    }

    /** A node whose datagrams are the kernel's; it reaches only what is on this host. */
    public static MeshNode startOnLoopback(Endpoint iex, NodeSettings settings) {
        return new MeshNode(new LinuxUdpNetwork(), MeshNode::onLoopback, List.of(), iex, new FakeTun(MTU), settings);
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
