package badger.iex;

import badger.message.Heartbeat;
import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import badger.wire.RelayFrame;
import java.security.SecureRandom;

/** What the registry holds of one node (paper rows P14 and P17). Guarded by the registry. */
final class Registration {
    private static final int HEARTBEATS_PER_SECOND = 10;
    private static final int PROBES_PER_SECOND = 4;

    // A hub knocks at many nodes, 8 in 250 ms, and many knock at it. A node that knocks without end uses up half of the
    // knocks that another node is told of, and leaves the other half.
    private static final int OWN_KNOCKS_PER_SECOND = 32;
    private static final int OWN_KNOCKS_AT_ONCE = 64;
    private static final int KNOCKS_PER_SECOND = 2 * OWN_KNOCKS_PER_SECOND;
    private static final int KNOCKS_AT_ONCE = 2 * OWN_KNOCKS_AT_ONCE;
    private static final SecureRandom TOKENS = new SecureRandom();

    private final RateLimit heartbeats = new RateLimit(HEARTBEATS_PER_SECOND, HEARTBEATS_PER_SECOND);
    private final RateLimit earlyMaps = new RateLimit(1, 1);
    private final RateLimit probes = new RateLimit(PROBES_PER_SECOND, PROBES_PER_SECOND);
    private final RateLimit knocks = new RateLimit(KNOCKS_PER_SECOND, KNOCKS_AT_ONCE);
    private final RateLimit ownKnocks = new RateLimit(OWN_KNOCKS_PER_SECOND, OWN_KNOCKS_AT_ONCE);
    private final RateLimit relayedBytes;
    private MapEntry entry;
    private boolean takesKnocks;
    private boolean takesRelayed;
    private long relayToken = newToken();
    private Ipv6Addresses heldIpv6 = Ipv6Addresses.NONE;
    private String nodeId;
    private long lastHeardNanos;

    /** @param relayedBytes the limit of what it may have relayed */
    Registration(MapEntry entry, String nodeId, RateLimit relayedBytes, long nowNanos) {
        this.entry = entry;
        this.nodeId = nodeId;
        this.relayedBytes = relayedBytes;
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

    /** Whether it gets one more map of its own. */
    boolean mayAsk(long nowNanos) {
        return earlyMaps.tryTake(nowNanos);
    }

    /** Whether one more probe of it is answered. */
    boolean mayProbe(long nowNanos) {
        return probes.tryTake(nowNanos);
    }

    /** Keeps what the node understands, as it says. */
    void understands(Heartbeat heartbeat) {
        takesKnocks = heartbeat.takesKnocks();
        takesRelayed = heartbeat.takesRelayed();
    }

    boolean takesKnocks() {
        return takesKnocks;
    }

    /** Whether it is told of one more knock. */
    boolean mayBeKnockedAt(long nowNanos) {
        return knocks.tryTake(nowNanos);
    }

    /** Whether it may knock once more. */
    boolean mayKnock(long nowNanos) {
        return ownKnocks.tryTake(nowNanos);
    }

    long silenceNanos(long nowNanos) {
        return nowNanos - lastHeardNanos;
    }

    /** The IPv6 addresses that {@link Ipv6Holders} has under this node: those of its entry, between two heartbeats. */
    Ipv6Addresses heldIpv6() {
        return heldIpv6;
    }

    void holdIpv6(Ipv6Addresses addresses) {
        heldIpv6 = addresses;
    }

    /** Takes an address away, because another node has it now. */
    void loseIpv6(Ipv6Address address) {
        heldIpv6 = Ipv6Addresses.of(
                heldIpv6.list().stream().filter(each -> !each.equals(address)).toList());
        entry = entry.withVirtualIpv6(heldIpv6);
    }

    /** A node that gives this token back to the server proves that it is at its endpoint. */
    long relayToken() {
        return relayToken;
    }

    /** Whether it says that it takes relayed datagrams, and so understands a token. */
    boolean takesRelayed() {
        return takesRelayed;
    }

    /** Whether it wants relayed datagrams, and has proven to be at its endpoint. */
    boolean isRelayed() {
        return entry.takesRelayed();
    }

    RelayNode relayNode() {
        return new RelayNode(virtualIp(), source(), relayToken, relayedBytes);
    }

    /** @param statedToken that of the heartbeat */
    void heard(MapEntry newEntry, String newNodeId, long statedToken, long nowNanos) {
        if (!newEntry.publicEndpoint().equals(entry.publicEndpoint())) {
            // The node has proven that it was at the former endpoint only.
            relayToken = newToken();
        }
        entry = newEntry.withRelayed(RelayFrame.isToken(statedToken, relayToken));
        nodeId = newNodeId;
        lastHeardNanos = nowNanos;
    }

    private static long newToken() {
        return TOKENS.nextLong() >>> (Long.SIZE - 8 * RelayFrame.TOKEN_BYTES);
    }
}
