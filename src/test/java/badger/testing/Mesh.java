package badger.testing;

import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.node.NodeSettings;
import badger.udp.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An internet in memory with an IEX server on it, and the nodes that a test starts there. */
public final class Mesh implements AutoCloseable {
    public static final String KEY = "a key of the mesh that is long enough";

    private static final Duration SOON = Duration.ofSeconds(10);

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final List<MeshNode> nodes = new ArrayList<>();
    private final IexSettings settings;
    private IexServer iex;

    public Mesh() {
        this(IexSettings.DEFAULTS);
    }

    /** With an IEX server of this kind. */
    public Mesh(IexSettings settings) {
        this.settings = settings;
        this.iex = IexServer.start(iexHost, settings);
    }

    public FakeInternet internet() {
        return internet;
    }

    public Endpoint iexEndpoint() {
        return iexHost.endpoint(iex.port());
    }

    public IexServer iex() {
        return iex;
    }

    /** Ends the server, and starts one that knows nobody in its place. */
    public void restartIex() {
        iex.close();
        iex = IexServer.start(iexHost, settings);
    }

    /** Of a node of this mesh with nothing special about it. */
    public static NodeSettings settings(String virtualIp) {
        return MeshNode.settings(virtualIp, KEY);
    }

    /** A node with nothing special about it, on the host of that public address. */
    public MeshNode start(String host, String virtualIp) {
        return start(host, settings(virtualIp));
    }

    /** A node of these settings, on the host of that public address. */
    public MeshNode start(String host, NodeSettings settings) {
        return add(MeshNode.start(internet.host(host), iexEndpoint(), settings));
    }

    /** Takes a node over, to close it. */
    public MeshNode add(MeshNode node) {
        nodes.add(node);
        return node;
    }

    /** All that were started or added, oldest first. */
    public List<MeshNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Waits until both have a session with each other; throws if they get none. */
    public static void awaitConnected(MeshNode a, MeshNode b) {
        if (!MeshNode.await(SOON, () -> a.isConnectedTo(b.virtualIp()) && b.isConnectedTo(a.virtualIp()))) {
            throw new AssertionError(a.virtualIp() + " and " + b.virtualIp() + " did not connect");
        }
    }

    @Override
    public void close() {
        nodes.forEach(MeshNode::close);
        iex.close();
        internet.close();
    }
}
