package badger.message;

import badger.udp.Endpoint;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The IEX server's answer to a {@link Probe}. From the probe port it says how it saw the node there and where the
 * node's heartbeats come from. From a third port, to which no node ever sends, it says nothing more: its arrival shows
 * that such a port is let in.
 *
 * <pre>{@code
 * {"Probed":"0f3a...","Observed":"198.51.100.1:4400","Main":"198.51.100.1:4400"}
 * {"Probed":"0f3a..."}
 * }</pre>
 *
 * @param nonce of the probe
 * @param observed the source of the probe; null from the third port
 * @param main the source of the heartbeats; null from the third port
 */
public record ProbeAnswer(String nonce, Endpoint observed, Endpoint main) {
    /** Longer than any answer. A longer datagram is refused unread. */
    public static final int MAXIMUM_BYTES = 256;

    public ProbeAnswer {
        Objects.requireNonNull(nonce, "nonce");
        if (!Identifier.isAcceptable(nonce)) {
            throw new IllegalArgumentException("not an identifier");
        }
        if ((observed == null) != (main == null)) {
            throw new IllegalArgumentException("one endpoint alone");
        }
    }

    /** The answer from the third port. */
    public ProbeAnswer(String nonce) {
        this(nonce, null, null);
    }

    /** The message as UTF-8. */
    public byte[] toJson() {
        JsonObject json = Json.object().add("Probed", nonce);
        if (observed != null) {
            json.add("Observed", observed.toString()).add("Main", main.toString());
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads {@code bytes[0, length)}.
     *
     * @throws MessageException if it is no such answer; there is no other exception
     */
    public static ProbeAnswer parse(byte[] bytes, int length) throws MessageException {
        Fields fields = Fields.of(JsonText.parse(bytes, length, MAXIMUM_BYTES));
        String nonce = fields.identifier("Probed");
        if (nonce.isEmpty()) {
            throw new MessageException("no Probed");
        }
        Endpoint observed = AddressText.reachable(fields.text("Observed"));
        Endpoint main = AddressText.reachable(fields.text("Main"));
        if ((observed == null) != (main == null)) {
            throw new MessageException("one endpoint alone");
        }
        return new ProbeAnswer(nonce, observed, main);
    }
}
