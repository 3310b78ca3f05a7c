package badger.node;

import badger.aead.AeadBackend;
import badger.connect.ConnectPolicy;
import badger.connect.SessionTimings;
import badger.discovery.MapMemory;
import badger.handshake.HandshakeSettings;
import badger.handshake.Psk;
import badger.wire.NodeAddresses;

/**
 * What a {@link Node} is told about itself. It never changes: each {@code with} method returns another one. The values
 * beside the fields are the defaults.
 */
public final class NodeSettings {
    private final NodeAddresses addresses;
    private final Psk psk;
    private final AeadBackend aead;
    private int port;
    private String nodeId = "";
    private boolean isStrictRemoval;
    private long recordLimit = HandshakeSettings.RECORD_LIMIT;
    private SessionTimings timings = SessionTimings.DEFAULTS;
    private ConnectPolicy connecting = ConnectPolicy.DEFAULT;
    private MapMemory mapMemory = MapMemory.NONE;
    private boolean allowsPartialChecksums = true;
    private boolean usesRelay;

    private NodeSettings(NodeAddresses addresses, Psk psk, AeadBackend aead) {
        this.addresses = addresses;
        this.psk = psk;
        this.aead = aead;
    }

    /**
     * The defaults for a node.
     *
     * @param addresses in the mesh; the IPv4 one names the node
     * @param psk the mesh's key; the node closes it
     * @param aead what seals and opens its records
     */
    public static NodeSettings of(NodeAddresses addresses, Psk psk, AeadBackend aead) {
        return new NodeSettings(addresses, psk, aead);
    }

    /** On this local UDP port; 0, the default, for any. */
    public NodeSettings withPort(int newPort) {
        NodeSettings changed = copy();
        changed.port = newPort;
        return changed;
    }

    /**
     * With this name, by which IEX tells a node that restarted from another that claims the same address. Empty, the
     * default, for none.
     */
    public NodeSettings withNodeId(String newNodeId) {
        NodeSettings changed = copy();
        changed.nodeId = newNodeId;
        return changed;
    }

    /** Whether a peer goes as soon as one map lacks it (paper row P58); not by default. */
    public NodeSettings withStrictRemoval(boolean strict) {
        NodeSettings changed = copy();
        changed.isStrictRemoval = strict;
        return changed;
    }

    /** With keys that may seal so many records each; a new handshake comes at half of it. */
    public NodeSettings withRecordLimit(long records) {
        NodeSettings changed = copy();
        changed.recordLimit = records;
        return changed;
    }

    public NodeSettings withTimings(SessionTimings newTimings) {
        NodeSettings changed = copy();
        changed.timings = newTimings;
        return changed;
    }

    /** Opening its sessions by this policy. */
    public NodeSettings withConnecting(ConnectPolicy policy) {
        NodeSettings changed = copy();
        changed.connecting = policy;
        return changed;
    }

    /** Keeping the last map there; nowhere by default. */
    public NodeSettings withMapMemory(MapMemory memory) {
        NodeSettings changed = copy();
        changed.mapMemory = memory;
        return changed;
    }

    /** Whether inner TCP and UDP checksums may be left to the record's tag, where the peer agrees; so by default. */
    public NodeSettings withPartialChecksums(boolean allowed) {
        NodeSettings changed = copy();
        changed.allowsPartialChecksums = allowed;
        return changed;
    }

    /** Whether IEX may relay to and from the node where there is no direct way; not by default. */
    public NodeSettings withRelay(boolean wanted) {
        NodeSettings changed = copy();
        changed.usesRelay = wanted;
        return changed;
    }

    public NodeAddresses addresses() {
        return addresses;
    }

    Psk psk() {
        return psk;
    }

    AeadBackend aead() {
        return aead;
    }

    int port() {
        return port;
    }

    String nodeId() {
        return nodeId;
    }

    boolean isStrictRemoval() {
        return isStrictRemoval;
    }

    long recordLimit() {
        return recordLimit;
    }

    SessionTimings timings() {
        return timings;
    }

    ConnectPolicy connecting() {
        return connecting;
    }

    MapMemory mapMemory() {
        return mapMemory;
    }

    boolean allowsPartialChecksums() {
        return allowsPartialChecksums;
    }

    boolean usesRelay() {
        return usesRelay;
    }

    private NodeSettings copy() {
        NodeSettings copy = new NodeSettings(addresses, psk, aead);
        copy.port = port;
        copy.nodeId = nodeId;
        copy.isStrictRemoval = isStrictRemoval;
        copy.recordLimit = recordLimit;
        copy.timings = timings;
        copy.connecting = connecting;
        copy.mapMemory = mapMemory;
        copy.allowsPartialChecksums = allowsPartialChecksums;
        copy.usesRelay = usesRelay;
        return copy;
    }
}
