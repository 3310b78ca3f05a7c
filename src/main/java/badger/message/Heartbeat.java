package badger.message;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Addresses;
import badger.wire.RelayFrame;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What a node tells the IEX server every few seconds (paper row P12):
 *
 * <pre>{@code
 * {"VirtualIP":"10.0.0.10","PrivateIP":"192.168.10.100","PrivatePort":3000,"NodeId":"6f1e...","VIP6":["fd00::10"],
 *  "NAT":"easy","Endpoints":["[2001:db8::5]:3000"],"Caps":["knock","relay"],
 *  "Knock":["10.0.0.20"],"Relay":"0123456789"}
 * }</pre>
 *
 * The first two keys are the paper's; the others are ours, and a reader built from the paper ignores them.
 *
 * @param virtualIp the address the node wants in the mesh, big endian in an int
 * @param virtualIpv6 further addresses it wants; mostly none
 * @param privateEndpoint the node's own address in its local network, port 0 where the port is not given; null where
 *     the node names none
 * @param nodeId the same on every start of one node and another on every other, so that the server tells a node that
 *     moved or restarted from another one that claims the same address; empty where the node gives none
 * @param natClass what stands between the node and the internet, as far as it knows
 * @param furtherEndpoints of its own, at most {@link MapEntry#MOST_ENDPOINTS}; mostly none
 * @param takesKnocks whether the node understands a {@link Knock}
 * @param knocks whom it knocks at, at most {@link #MOST_KNOCKS}; mostly none
 * @param takesRelayed whether the node takes relayed datagrams, and so understands the token of a map
 * @param relayToken that of the last map: so the node proves that it is where this comes from; or {@link RelayFrame#NO_TOKEN}
 */
public record Heartbeat(
        int virtualIp,
        Ipv6Addresses virtualIpv6,
        Endpoint privateEndpoint,
        String nodeId,
        NatClass natClass,
        List<Endpoint> furtherEndpoints,
        boolean takesKnocks,
        List<Integer> knocks,
        boolean takesRelayed,
        long relayToken) {
    /** A longer datagram is refused unread. */
    public static final int MAXIMUM_BYTES = 4096;

    /** Nodes that one heartbeat may knock at; of a longer list the first ones count. */
    public static final int MOST_KNOCKS = 8;

    private static final String KNOCK_CAPABILITY = "knock";
    private static final String RELAY_CAPABILITY = "relay";

    public Heartbeat {
        Objects.requireNonNull(virtualIpv6, "virtualIpv6");
        Objects.requireNonNull(nodeId, "nodeId");
        Objects.requireNonNull(natClass, "natClass");
        furtherEndpoints = MapEntry.fewEndpoints(furtherEndpoints);
        knocks = List.copyOf(knocks);
        if (knocks.size() > MOST_KNOCKS) {
            throw new IllegalArgumentException("more than " + MOST_KNOCKS + " knocks");
        }
        if (!Identifier.isAcceptable(nodeId)) {
            throw new IllegalArgumentException("not an identifier");
        }
    }

    /** That of a node that knows nothing of its NAT, and can and wants nothing beyond maps. */
    public Heartbeat(int virtualIp, Ipv6Addresses virtualIpv6, Endpoint privateEndpoint, String nodeId) {
        this(
                virtualIp,
                virtualIpv6,
                privateEndpoint,
                nodeId,
                NatClass.UNKNOWN,
                List.of(),
                false,
                List.of(),
                false,
                RelayFrame.NO_TOKEN);
    }

    /** As the other, of a node without IPv6 in the mesh. */
    public Heartbeat(int virtualIp, Endpoint privateEndpoint, String nodeId) {
        this(virtualIp, Ipv6Addresses.NONE, privateEndpoint, nodeId);
    }

    /** The same with this class. */
    public Heartbeat withNatClass(NatClass other) {
        return with(other, furtherEndpoints, takesKnocks, knocks);
    }

    /** The same with these further endpoints. */
    public Heartbeat withFurtherEndpoints(List<Endpoint> others) {
        return with(natClass, others, takesKnocks, knocks);
    }

    /** The same of a node that understands a {@link Knock}. */
    public Heartbeat takingKnocks() {
        return with(natClass, furtherEndpoints, true, knocks);
    }

    /** The same with these knocks. */
    public Heartbeat withKnocks(List<Integer> others) {
        return with(natClass, furtherEndpoints, takesKnocks, others);
    }

    /**
     * The same of a node that takes relayed datagrams.
     *
     * @param token of the last map, or {@link RelayFrame#NO_TOKEN}
     */
    public Heartbeat takingRelayed(long token) {
        return new Heartbeat(
                virtualIp,
                virtualIpv6,
                privateEndpoint,
                nodeId,
                natClass,
                furtherEndpoints,
                takesKnocks,
                knocks,
                true,
                token);
    }

    private Heartbeat with(NatClass otherClass, List<Endpoint> others, boolean isTaking, List<Integer> otherKnocks) {
        return new Heartbeat(
                virtualIp,
                virtualIpv6,
                privateEndpoint,
                nodeId,
                otherClass,
                others,
                isTaking,
                otherKnocks,
                takesRelayed,
                relayToken);
    }

    /** The message as UTF-8, without line breaks; about 120 bytes, and about 25 for each IPv6 address. */
    public byte[] toJson() {
        JsonObject json = Json.object().add("VirtualIP", Ipv4Prefix.format(virtualIp));
        // Go's netip.Addr reads an empty text as "none".
        json.add(
                "PrivateIP",
                privateEndpoint == null ? "" : privateEndpoint.address().getHostAddress());
        if (privateEndpoint != null && privateEndpoint.port() != 0) {
            json.add("PrivatePort", privateEndpoint.port());
        }
        if (!nodeId.isEmpty()) {
            json.add("NodeId", nodeId);
        }
        if (!virtualIpv6.isEmpty()) {
            JsonArray addresses = new JsonArray();
            virtualIpv6.list().forEach(address -> addresses.add(address.toString()));
            json.add("VIP6", addresses);
        }
        if (natClass != NatClass.UNKNOWN) {
            json.add("NAT", natClass.word());
        }
        if (!furtherEndpoints.isEmpty()) {
            JsonArray endpoints = new JsonArray();
            furtherEndpoints.forEach(endpoint -> endpoints.add(endpoint.toString()));
            json.add("Endpoints", endpoints);
        }
        addCapabilities(json);
        if (!knocks.isEmpty()) {
            JsonArray names = new JsonArray();
            knocks.forEach(name -> names.add(Ipv4Prefix.format(name)));
            json.add("Knock", names);
        }
        if (relayToken != RelayFrame.NO_TOKEN) {
            json.add(RelayToken.KEY, RelayToken.text(relayToken));
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void addCapabilities(JsonObject json) {
        JsonArray capabilities = new JsonArray();
        if (takesKnocks) {
            capabilities.add(KNOCK_CAPABILITY);
        }
        if (takesRelayed) {
            capabilities.add(RELAY_CAPABILITY);
        }
        if (!capabilities.isEmpty()) {
            json.add("Caps", capabilities);
        }
    }

    /**
     * Reads {@code bytes[0, length)}. Keys count in any letter case, unknown ones are ignored; {@code PrivateIP} may be
     * a host, {@code host:port}, {@code [v6]:port}, empty, null or absent (paper row P14).
     *
     * @throws MessageException for anything that is not a heartbeat; no other exception comes out
     */
    public static Heartbeat parse(byte[] bytes, int length) throws MessageException {
        Fields fields = Fields.of(JsonText.parse(bytes, length, MAXIMUM_BYTES));
        Endpoint privateEndpoint = AddressText.reachable(fields.text("PrivateIP"));
        int privatePort = fields.integer("PrivatePort").orElse(0);
        if (privatePort < 0 || privatePort > 0xFFFF) {
            throw new MessageException("PrivatePort is out of range");
        }
        if (privateEndpoint != null && privateEndpoint.port() == 0) {
            privateEndpoint = privateEndpoint.withPort(privatePort);
        }
        return new Heartbeat(
                fields.virtualIp(),
                fields.virtualIpv6(),
                privateEndpoint,
                fields.identifier("NodeId"),
                fields.natClass(),
                fields.furtherEndpoints(),
                fields.lists("Caps", KNOCK_CAPABILITY),
                fields.virtualIps("Knock", MOST_KNOCKS),
                fields.lists("Caps", RELAY_CAPABILITY),
                RelayToken.of(fields));
    }
}
