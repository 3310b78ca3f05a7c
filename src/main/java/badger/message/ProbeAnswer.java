package badger.message;

import badger.udp.Endpoint;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What the IEX server answers to a {@link Probe}: from the probe port, how it saw the node there and where the node's
 * heartbeats come from; and from a third port, to which no node ever sends, nothing but that it was let in.
 *
 * <pre>{@code
 * {"Probed":"0f3a...","Observed":"198.51.100.1:4400","Main":"198.51.100.1:4400"}
 * {"Probed":"0f3a..."}
 * }</pre>
 *
 * @param nonce the probe's
 * @param observed where the probe came from; null from the third port
 * @param main where the heartbeats come from; null from the third port
 */
public record ProbeAnswer(String nonce, Endpoint observed, Endpoint main) {
    /** Longer than any; what is longer is refused unread. */
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

    /** That from the third port. */
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
     * @throws MessageException for anything that is not such an answer; no other exception comes out
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
