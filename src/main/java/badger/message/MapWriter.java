package badger.message;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Addresses;
import badger.wire.RelayFrame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the map of one round: once for all receivers, then the digits of {@code MyIndex} for each (paper row P28).
 *
 * <pre>{@code
 * {"Epoch":"…",
 *  "Nodes":[{"VirtualIP":"10.0.0.10","PrivateIP":"192.168.10.100:3000","PublicIP":"1.1.1.1:4400"},…],"MyIndex":0}
 * }</pre>
 *
 * It has no line break. Further keys are Badger's own: {@code "ProbePort":9945} before {@code Nodes}, if the server
 * has such a port; behind {@code PublicIP}, {@code "NAT":"easy"}, {@code "Endpoints":["[2001:db8::5]:3000"]} and
 * {@code "VIP6":["fd00::10"]} of nodes that have these, and {@code "Relay":true} of those that take relayed datagrams;
 * and {@code "Relay":"0123456789"} behind {@code MyIndex} for a receiver that takes them.
 *
 * <p>A map that would not fit into a datagram holds the first nodes of the list, the same ones for every receiver. If
 * the receiver's own entry is not among them, it stands in the last place (paper row P33). Used by one thread. The
 * caller owns the segment and sends straight from it.
 */
public final class MapWriter {
    private static final String MY_INDEX = "],\"MyIndex\":";
    private static final String RELAY_TOKEN = ",\"" + RelayToken.KEY + "\":\"";
    // MY_INDEX, ten digits, a token with its key, and the brace.
    private static final int TAIL_BYTES = 23 + 11 + RelayToken.DIGITS;
    // Both spellings, two IPv6 endpoints and the longest NAT make 203 bytes, the comma included, and RELAY 13.
    private static final int LONGEST_ENTRY_BYTES = 216;
    private static final String RELAY = ",\"" + RelayToken.KEY + "\":true";
    // What a node's IPv6 addresses add: each with its quotes and a comma, and the key with its brackets.
    private static final int LONGEST_IPV6_BYTES = Ipv6Addresses.MOST * 42 + 10;
    // What its further endpoints add, counted in the same way.
    private static final int LONGEST_ENDPOINTS_BYTES = MapEntry.MOST_ENDPOINTS * 50 + 15;

    private final MemorySegment message;
    private final boolean writesBothSpellings;

    private List<MapEntry> nodes = List.of();
    private int kept;
    private int lastPlaceAt;
    private int nodeInLastPlace;
    private int tailAt;

    /**
     * @param message into which the messages are written, at least {@link IexMessage#MAXIMUM_BYTES} long
     * @param writesBothSpellings whether each address also stands under the paper's {@code VirutalIP} (paper row P24)
     */
    public MapWriter(MemorySegment message, boolean writesBothSpellings) {
        if (message.byteSize() < IexMessage.MAXIMUM_BYTES) {
            throw new IllegalArgumentException("segment too short: " + message.byteSize());
        }
        this.message = message;
        this.writesBothSpellings = writesBothSpellings;
    }

    /**
     * Writes what the messages of all receivers share.
     *
     * @param epoch of the server, or empty
     * @param probePort of the server, or 0
     * @return the number of entries in a message: {@code nodes.size()}, or fewer if they do not fit into a datagram
     */
    public int write(List<MapEntry> nodes, String epoch, int probePort) {
        this.nodes = nodes;
        int at = put(0, epoch.isEmpty() ? "{" : "{\"Epoch\":\"" + epoch + "\",");
        at = put(at, (probePort == 0 ? "" : "\"ProbePort\":" + probePort + ",") + "\"Nodes\":[");
        int[] starts = new int[nodes.size() + 1];
        kept = 0;
        for (MapEntry node : nodes) {
            String entry = entry(node, kept == 0);
            if (at + entry.length() + TAIL_BYTES > IexMessage.MAXIMUM_BYTES) {
                break;
            }
            starts[kept++] = at;
            at = put(at, entry);
        }
        if (kept < nodes.size()) {
            // The last place must have room for the entry of any receiver.
            int longest = LONGEST_ENTRY_BYTES
                    + (nodes.stream().allMatch(MapWriter::isIpv4Alone) ? 0 : LONGEST_IPV6_BYTES)
                    + (nodes.stream().allMatch(MapWriter::hasNoFurtherEndpoint) ? 0 : LONGEST_ENDPOINTS_BYTES);
            while (starts[kept - 1] + longest + TAIL_BYTES > IexMessage.MAXIMUM_BYTES) {
                at = starts[--kept];
            }
        }
        tailAt = at;
        lastPlaceAt = kept == 0 ? at : starts[kept - 1];
        nodeInLastPlace = kept - 1;
        return kept;
    }

    /** As {@link #addressTo(int, long)}, for a receiver without a token. */
    public int addressTo(int node) {
        return addressTo(node, RelayFrame.NO_TOKEN);
    }

    /**
     * Completes the message for one receiver.
     *
     * @param node the receiver's index in the list given to {@link #write}; -1 for none
     * @param relayToken the receiver's token, or {@link RelayFrame#NO_TOKEN}
     * @return the length of the message in bytes; it begins at offset 0 of the segment
     */
    public int addressTo(int node, long relayToken) {
        int wantedInLastPlace = Math.max(node, kept - 1);
        if (wantedInLastPlace != nodeInLastPlace) {
            tailAt = put(lastPlaceAt, entry(nodes.get(wantedInLastPlace), kept == 1));
            nodeInLastPlace = wantedInLastPlace;
        }
        int at = put(tailAt, MY_INDEX);
        String token = relayToken == RelayFrame.NO_TOKEN ? "" : RELAY_TOKEN + RelayToken.text(relayToken) + '"';
        return put(at, Math.min(node, kept - 1) + token + "}");
    }

    private String entry(MapEntry node, boolean isFirst) {
        String virtualIp = Ipv4Prefix.format(node.virtualIp());
        Endpoint privateEndpoint = node.privateEndpoint();
        StringBuilder entry = new StringBuilder(LONGEST_ENTRY_BYTES);
        entry.append(isFirst ? "{\"VirtualIP\":\"" : ",{\"VirtualIP\":\"").append(virtualIp);
        if (writesBothSpellings) {
            entry.append("\",\"VirutalIP\":\"").append(virtualIp);
        }
        // Go's netip.AddrPort reads an empty text as no address.
        entry.append("\",\"PrivateIP\":\"").append(privateEndpoint == null ? "" : privateEndpoint.toString());
        entry.append("\",\"PublicIP\":\"").append(node.publicEndpoint()).append('"');
        if (node.natClass() != NatClass.UNKNOWN) {
            entry.append(",\"NAT\":\"").append(node.natClass().word()).append('"');
        }
        append(entry, "Endpoints", node.furtherEndpoints());
        append(entry, "VIP6", node.virtualIpv6().list());
        if (node.takesRelayed()) {
            entry.append(RELAY);
        }
        return entry.append('}').toString();
    }

    private static void append(StringBuilder entry, String key, List<?> values) {
        String separator = ",\"" + key + "\":[\"";
        for (Object value : values) {
            entry.append(separator).append(value);
            separator = "\",\"";
        }
        entry.append(values.isEmpty() ? "" : "\"]");
    }

    private static boolean hasNoFurtherEndpoint(MapEntry node) {
        return node.furtherEndpoints().isEmpty();
    }

    private static boolean isIpv4Alone(MapEntry node) {
        return node.virtualIpv6().isEmpty();
    }

    private int put(int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, message, ValueLayout.JAVA_BYTE, at, bytes.length);
        return at + bytes.length;
    }
}
