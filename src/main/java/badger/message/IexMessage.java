package badger.message;

import com.eclipsesource.json.JsonObject;

/** What the IEX server sends to a node: the map of the network, or why the node is not on it. */
public sealed interface IexMessage permits NetworkMap, Refusal {
    /** The longest payload of a UDP datagram over IPv4. */
    int MAXIMUM_BYTES = 65_507;

    /**
     * Reads {@code bytes[0, length)}.
     *
     * @throws MessageException for anything that is neither message; no other exception comes out
     */
    static IexMessage parse(byte[] bytes, int length) throws MessageException {
        JsonObject json = JsonText.parse(bytes, length, MAXIMUM_BYTES);
        Fields fields = Fields.of(json);
        return fields.has("Error") ? Refusal.of(fields) : NetworkMap.of(fields);
    }
}
