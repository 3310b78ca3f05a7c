package badger.message;

import com.eclipsesource.json.JsonObject;

/** A message of the IEX server to a node: the map of the network, why the node is not on it, or who knocks at it. */
public sealed interface IexMessage permits NetworkMap, Refusal, Knock {
    /** The longest payload of a UDP datagram over IPv4. */
    int MAXIMUM_BYTES = 65_507;

    /**
     * Reads {@code bytes[0, length)}.
     *
     * @throws MessageException if it is no such message; there is no other exception
     */
    static IexMessage parse(byte[] bytes, int length) throws MessageException {
        JsonObject json = JsonText.parse(bytes, length, MAXIMUM_BYTES);
        Fields fields = Fields.of(json);
        if (fields.has("Error")) {
            return Refusal.of(fields);
        }
        return fields.has("Knock") && !fields.has("Nodes") ? Knock.of(fields) : NetworkMap.of(fields);
    }
}
