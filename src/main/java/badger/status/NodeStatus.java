package badger.status;

import badger.counter.TrafficSums;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The status of a node at one moment. Immutable.
 *
 * @param virtualIp with the mesh's prefix length
 * @param networkNamespace such as {@code net:[4026531840]}, which distinguishes nodes whose devices have the same name;
 *     or empty
 * @param natClass what stands between it and the internet: a {@link badger.udp.NatClass} as in messages
 * @param up since its start
 * @param drops by reason, without those that are 0; the keys are {@link badger.counter.DropReason}s in small letters
 */
public record NodeStatus(
        String virtualIp,
        String device,
        long process,
        String networkNamespace,
        String natClass,
        Duration up,
        TrafficSums traffic,
        Map<String, Long> drops,
        List<PeerStatus> peers) {
    public NodeStatus {
        drops = Map.copyOf(drops);
        peers = List.copyOf(peers);
    }

    /**
     * What a node knows of a peer.
     *
     * @param endpoint the peer's endpoint, or null while it is not connected
     * @param relay the IEX server by way of which it is reached, or null while it is reached directly or not at all
     * @param unreachable why it cannot be reached; null if it can be, or if it is too early to tell
     * @param isDormant whether the node does nothing to reach it until there is a packet for it
     * @param natClass as the node's own
     * @param mtu the largest packet that the path to it takes whole, in bytes; 0 if that is not measured
     * @param sealedBytes of the packets sent to it
     * @param openedBytes of the packets that came from it
     */
    public record PeerStatus(
            String virtualIp,
            String endpoint,
            String relay,
            String unreachable,
            boolean isDormant,
            String natClass,
            int mtu,
            long recordsSealed,
            long sealedBytes,
            long recordsOpened,
            long openedBytes) {
        public boolean isConnected() {
            return endpoint != null;
        }
    }

    /** Whether {@code earlier} is of the same run of the same node, so that differences have a meaning. */
    public boolean continues(NodeStatus earlier) {
        return process == earlier.process && up.compareTo(earlier.up) > 0;
    }

    /** The sum of all drops. */
    long dropped() {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }
}
