package badger.message;

import badger.udp.Endpoint;
import badger.wire.RelayFrame;
import com.eclipsesource.json.JsonValue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes that the IEX server knows (paper row P23). A reader accepts the paper's own sample with its trailing comma
 * and its second spelling. An entry that cannot be read is left out, and the others stay.
 *
 * @param nodes the entries that could be read, in the order of the message
 * @param myIndex the index in {@code nodes} of the receiver's own entry; -1 if the message names none, or one that is
 *     not there (paper row P27)
 * @param iexEpoch changes when the server restarts, which may be why a map has shrunk (paper row P37); empty if the
 *     server gives none
 * @param probePort the port at which the server answers a {@link Probe}; 0 if there is none
 * @param refusedEntries the number of entries that were left out
 * @param relayToken by which the receiver proves to a relaying server that it is at its endpoint;
 *     {@link RelayFrame#NO_TOKEN} if the server does not relay
 */
public record NetworkMap(
        List<MapEntry> nodes, int myIndex, String iexEpoch, int probePort, int refusedEntries, long relayToken)
        implements IexMessage {
    public NetworkMap {
        nodes = List.copyOf(nodes);
    }

    public NetworkMap(List<MapEntry> nodes, int myIndex, String iexEpoch) {
        this(nodes, myIndex, iexEpoch, 0, 0, RelayFrame.NO_TOKEN);
    }

    /** The endpoint from which the server sees the receiver; null if the map does not say. */
    public Endpoint ownPublic() {
        return myIndex >= 0 && myIndex < nodes.size() ? nodes.get(myIndex).publicEndpoint() : null;
    }

    /** The message as the server would send it. It is for a single map; {@link MapWriter} serves a whole round. */
    public byte[] toJson() {
        MemorySegment message = MemorySegment.ofArray(new byte[MAXIMUM_BYTES]);
        MapWriter writer = new MapWriter(message, false);
        writer.write(nodes, iexEpoch, probePort);
        return message.asSlice(0, writer.addressTo(myIndex, relayToken)).toArray(ValueLayout.JAVA_BYTE);
    }

    static NetworkMap of(Fields fields) throws MessageException {
        if (!fields.has("Nodes")) {
            throw new MessageException("no Nodes");
        }
        int statedIndex = fields.integer("MyIndex").orElse(-1);
        String epoch = fields.identifier("Epoch");
        int probePort = portOrNone(fields.value("ProbePort"));
        JsonValue list = fields.value("Nodes");
        if (list == null) {
            // Go writes a nil slice as null.
            return new NetworkMap(List.of(), -1, epoch, probePort, 0, RelayToken.of(fields));
        }
        if (!list.isArray()) {
            throw new MessageException("Nodes is not a list");
        }
        List<MapEntry> nodes = new ArrayList<>();
        int myIndex = -1;
        int position = 0;
        for (JsonValue element : list.asArray()) {
            MapEntry entry = entryOrNull(element);
            if (entry != null) {
                // MyIndex counts all entries of the message, also those that are left out here.
                myIndex = position == statedIndex ? nodes.size() : myIndex;
                nodes.add(entry);
            }
            position++;
        }
        return new NetworkMap(nodes, myIndex, epoch, probePort, position - nodes.size(), RelayToken.of(fields));
    }

    /** The port; 0 for any other value, since the key is Badger's own and must not cost a node its map. */
    private static int portOrNone(JsonValue value) {
        try {
            int port = value == null || !value.isNumber() ? 0 : value.asInt();
            return port < 0 || port > 0xFFFF ? 0 : port;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static MapEntry entryOrNull(JsonValue element) {
        try {
            return MapEntry.of(element);
        } catch (MessageException e) {
            return null;
        }
    }
}
