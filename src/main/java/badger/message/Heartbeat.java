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
 * A node's message to the IEX server, sent every few seconds (paper row P12):
 *
 * <pre>{@code
 * {"VirtualIP":"10.0.0.10","PrivateIP":"192.168.10.100","PrivatePort":3000,"NodeId":"6f1e...","VIP6":["fd00::10"],
 *  "NAT":"easy","Endpoints":["[2001:db8::5]:3000"],"Caps":["knock","relay"],
 *  "Knock":["10.0.0.20"],"Relay":"0123456789"}
 * }</pre>
 *
 * The first two keys are the paper's. The others are Badger's own, and a reader built from the paper ignores them.
 *
 * @param virtualIp the address that the node wants in the mesh, big endian in an int
 * @param virtualIpv6 further addresses that it wants; mostly none
 * @param privateEndpoint the node's own address in its local network, with port 0 if the port is not given; null if the
 *     node names none
 * @param nodeId the same on every start of one node and another on every other, so that the server tells a node that
 *     moved or restarted from another one that claims the same address; empty if the node gives none
 * @param natClass what stands between the node and the internet, as far as it knows
 * @param furtherEndpoints its further endpoints, at most {@link MapEntry#MOST_ENDPOINTS}; mostly none
 * @param takesKnocks whether the node understands a {@link Knock}
 * @param knocks the nodes at which it knocks, at most {@link #MOST_KNOCKS}; mostly none
 * @param takesRelayed whether the node takes relayed datagrams, and so understands the token of a map
 * @param relayToken that of the last map, by which the node proves that it is at the source of this heartbeat; or
 *     {@link RelayFrame#NO_TOKEN}
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

    /** The most nodes at which one heartbeat may knock. Of a longer list the first ones count. */
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

    /**
     * The heartbeat of a node that does not know its NAT, and that neither knocks nor takes knocks or relayed
     * datagrams.
     */
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

    /** As {@link #Heartbeat(int, Ipv6Addresses, Endpoint, String)}, for a node without IPv6 in the mesh. */
    public Heartbeat(int virtualIp, Endpoint privateEndpoint, String nodeId) {
        this(virtualIp, Ipv6Addresses.NONE, privateEndpoint, nodeId);
    }

    /** The same heartbeat with another NAT class. */
    public Heartbeat withNatClass(NatClass other) {
        return with(other, furtherEndpoints, takesKnocks, knocks);
    }

    /** The same heartbeat with other further endpoints. */
    public Heartbeat withFurtherEndpoints(List<Endpoint> others) {
        return with(natClass, others, takesKnocks, knocks);
    }

    /** The same heartbeat, of a node that understands a {@link Knock}. */
    public Heartbeat takingKnocks() {
        return with(natClass, furtherEndpoints, true, knocks);
    }

    /** The same heartbeat with other knocks. */
    public Heartbeat withKnocks(List<Integer> others) {
        return with(natClass, furtherEndpoints, takesKnocks, others);
    }

    /**
     * The same heartbeat, of a node that takes relayed datagrams.
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
        // Go's netip.Addr reads an empty text as no address.
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
     * Reads {@code bytes[0, length)}. Keys may have any letter case, and unknown ones are ignored. {@code PrivateIP}
     * may be a host, {@code host:port}, {@code [v6]:port}, empty, null or absent (paper row P14).
     *
     * @throws MessageException if it is no heartbeat; there is no other exception
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
