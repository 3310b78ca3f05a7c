package badger.status;

import badger.counter.TrafficSums;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a node says of itself at one moment.
 *
 * @param virtualIp with the mesh's prefix length
 * @param networkNamespace such as {@code net:[4026531840]}, which tells nodes apart whose devices have one name; or empty
 * @param natClass what stands between it and the internet: a {@link badger.udp.NatClass} as it stands in messages
 * @param up since its start
 * @param drops by reason, those that were met; the keys are {@link badger.counter.DropReason}s in small letters
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
     * @param endpoint where it is, or null while it is not connected
     * @param relay the IEX server by way of which it is reached, or null while it is reached directly or not at all
     * @param unreachable why it cannot be reached; null where it can be, or where it is too early to tell
     * @param isDormant whether nothing is done to reach it until there is a packet for it
     * @param natClass as the node's own
     * @param mtu the largest packet that the path to it takes whole, in bytes; 0 where that is not being found out
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

    /** Whether {@code earlier} is of the same run of the same node, so that differences mean something. */
    public boolean continues(NodeStatus earlier) {
        return process == earlier.process && up.compareTo(earlier.up) > 0;
    }

    /** Drops of all reasons together. */
    long dropped() {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }
}
