package badger.message;

import badger.wire.Ipv4Prefix;
import com.eclipsesource.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * What the IEX server sends to a node at which another wants to arrive: this is the moment to punch.
 *
 * <pre>{@code
 * {"Knock":"10.0.0.10"}
 * }</pre>
 *
 * It goes only to nodes whose heartbeats say that they take it: one built from the paper would read a map without nodes.
 *
 * @param virtualIp the node that knocks
 */
public record Knock(int virtualIp) implements IexMessage {
    /** The message as UTF-8. */
    public byte[] toJson() {
        return Json.object()
                .add("Knock", Ipv4Prefix.format(virtualIp))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    static Knock of(Fields fields) throws MessageException {
        return new Knock(AddressText.virtualIp(fields.text("Knock")));
    }
}
