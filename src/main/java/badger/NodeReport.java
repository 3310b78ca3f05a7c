package badger;

import badger.counter.Traffic;
import badger.counter.TrafficSums;
import badger.peer.Peer;
import badger.peer.Session;
import badger.status.NodeStatus;
import badger.wire.Ipv4Prefix;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What a node says of itself when it is asked. Any thread; touches nothing but what loops publish. */
final class NodeReport implements Supplier<NodeStatus> {
    private final Node node;
    private final Ipv4Prefix virtualIp;
    private final String device;
    private final long startNanos = System.nanoTime();

    NodeReport(Node node, Ipv4Prefix virtualIp, String device) {
        this.node = node;
        this.virtualIp = virtualIp;
        this.device = device;
    }

    String device() {
        return device;
    }

    @Override
    public NodeStatus get() {
        Map<String, Long> drops = new TreeMap<>();
        node.counters()
                .nonZero()
                .forEach((reason, count) -> drops.put(reason.name().toLowerCase(Locale.ROOT), count));
        List<NodeStatus.PeerStatus> peers =
                node.peers().table().peers().stream().map(NodeReport::report).toList();
        return new NodeStatus(
                virtualIp.toString(),
                device,
                ProcessHandle.current().pid(),
                LinuxHost.networkNamespace(),
                Duration.ofNanos(System.nanoTime() - startNanos),
                node.counters().traffic().sums(),
                drops,
                peers);
    }

    private static NodeStatus.PeerStatus report(Peer peer) {
        Session session = peer.session();
        TrafficSums traffic = peer.traffic().sums();
        return new NodeStatus.PeerStatus(
                peer.toString(),
                session == null ? null : session.path().endpoint().toString(),
                traffic.of(Traffic.RECORDS_SEALED),
                traffic.of(Traffic.SEALED_BYTES),
                traffic.of(Traffic.RECORDS_OPENED),
                traffic.of(Traffic.OPENED_BYTES));
    }
}
