package badger.message;

import badger.wire.Ipv4Prefix;
import com.eclipsesource.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * The IEX server tells a node that another node wants to reach it, and so that this is the moment to punch:
 *
 * <pre>{@code
 * {"Knock":"10.0.0.10"}
 * }</pre>
 *
 * It goes only to nodes whose heartbeats say that they understand it. A node built from the paper would take it for a
 * map without nodes.
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
