package badger.discovery;

import badger.udp.Relay;
import badger.wire.NodeAddresses;

/**
 * What {@link IexLink} says in its heartbeats, and how it treats the maps.
 *
 * @param addresses the node's own in the mesh
 * @param nodeId tells IEX a node that restarted from another that claims the same address
 * @param isStrictRemoval whether a peer is removed as soon as one map lacks it
 * @param relay receives the server's offer
 * @param memory where the last map is kept
 */
public record LinkSettings(
        NodeAddresses addresses, String nodeId, boolean isStrictRemoval, Relay relay, MapMemory memory) {}
