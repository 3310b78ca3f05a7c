package badger.iex;

import badger.message.MapEntry;
import badger.udp.Endpoint;

/** What the registry holds of one node (paper rows P14 and P17). Guarded by the registry. */
final class Registration {
    private static final int HEARTBEATS_PER_SECOND = 10;

    private final RateLimit heartbeats = new RateLimit(HEARTBEATS_PER_SECOND, HEARTBEATS_PER_SECOND);
    private MapEntry entry;
    private String nodeId;
    private long lastHeardNanos;

    Registration(MapEntry entry, String nodeId, long nowNanos) {
        this.entry = entry;
        this.nodeId = nodeId;
        this.lastHeardNanos = nowNanos;
    }

    MapEntry entry() {
        return entry;
    }

    int virtualIp() {
        return entry.virtualIp();
    }

    Endpoint source() {
        return entry.publicEndpoint();
    }

    String nodeId() {
        return nodeId;
    }

    boolean mayBeat(long nowNanos) {
        return heartbeats.tryTake(nowNanos);
    }

    long silenceNanos(long nowNanos) {
        return nowNanos - lastHeardNanos;
    }

    void heard(MapEntry newEntry, String newNodeId, long nowNanos) {
        entry = newEntry;
        nodeId = newNodeId;
        lastHeardNanos = nowNanos;
    }
}
