package badger.node;

import badger.counter.Traffic;
import badger.counter.TrafficSums;
import badger.peer.Peer;
import badger.session.PeerPath;
import badger.session.Session;
import badger.status.NodeStatus;
import badger.status.PeerExplanation;
import badger.status.StatusServer;
import badger.udp.Relay;
import badger.udp.RelayEndpoint;
import badger.wire.Ipv4Prefix;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What a node reports of itself when a command asks. Any thread: it reads only what the loops publish. */
public final class NodeReport implements StatusServer.Subject {
    private final Node node;
    private final Ipv4Prefix virtualIp;
    private final String device;
    private final long startNanos = System.nanoTime();

    public NodeReport(Node node, Ipv4Prefix virtualIp, String device) {
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
                node.peers().table().peers().stream().map(this::report).toList();
        return new NodeStatus(
                virtualIp.toString(),
                device,
                ProcessHandle.current().pid(),
                LinuxHost.networkNamespace(),
                node.peers().ownNatClass().word(),
                Duration.ofNanos(System.nanoTime() - startNanos),
                node.counters().traffic().sums(),
                drops,
                peers);
    }

    @Override
    public PeerExplanation explain(String peerVirtualIp) {
        OptionalInt address = Ipv4Prefix.parseAddress(peerVirtualIp);
        Peer peer = address.isPresent() ? node.peers().table().byVirtualAddress(address.getAsInt()) : null;
        if (peer == null) {
            return null;
        }
        long now = System.nanoTime();
        Session session = peer.session();
        return new PeerExplanation(
                peer.toString(),
                session == null ? null : session.path().endpoint().toString(),
                relay(session),
                peer.unreachable(),
                peer.state().name().toLowerCase(Locale.ROOT),
                new PeerExplanation.NatClasses(
                        node.peers().ownNatClass().word(), peer.natClass().word()),
                peer.events().list().stream()
                        .map(event -> new PeerExplanation.Event(
                                TimeUnit.NANOSECONDS.toMillis(Math.max(0, now - event.atNanos())) / 1_000.0,
                                event.kind().name().toLowerCase(Locale.ROOT),
                                event.detail()))
                        .toList());
    }

    /** The IEX server that relays the session, or null if none does. */
    private String relay(Session session) {
        if (session == null || !RelayEndpoint.isOne(session.path().endpoint())) {
            return null;
        }
        Relay.Offer offer = node.relay().offer();
        return offer == null ? "none at the moment" : offer.iex().toString();
    }

    private NodeStatus.PeerStatus report(Peer peer) {
        Session session = peer.session();
        TrafficSums traffic = peer.traffic().sums();
        return new NodeStatus.PeerStatus(
                peer.toString(),
                session == null ? null : session.path().endpoint().toString(),
                relay(session),
                peer.unreachable(),
                peer.isDormant(),
                peer.natClass().word(),
                session == null ? 0 : mtu(session.path()),
                traffic.of(Traffic.RECORDS_SEALED),
                traffic.of(Traffic.SEALED_BYTES),
                traffic.of(Traffic.RECORDS_OPENED),
                traffic.of(Traffic.OPENED_BYTES));
    }

    private static int mtu(PeerPath path) {
        int largest = path.largestPacket();
        return largest == Integer.MAX_VALUE ? 0 : largest;
    }
}
