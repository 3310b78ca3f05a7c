package badger.message;

import badger.wire.Ipv4Prefix;
import com.eclipsesource.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A node asks the IEX server's probe port how it is seen from there:
 *
 * <pre>{@code
 * {"Probe":"0f3a...","VirtualIP":"10.0.0.10","NodeId":"6f1e..."}
 * }</pre>
 *
 * It is padded with spaces to {@link #BYTES}, more than the two answers have together, so that a forged probe causes no
 * flood.
 *
 * @param nonce comes back in the answers; not empty
 * @param virtualIp the sender's address in the mesh
 * @param nodeId that of its heartbeats; not empty. No map shows it, so only the node and those on its path know it
 */
public record Probe(String nonce, int virtualIp, String nodeId) {
    /** The length of every probe. The longest answers have 195 and 77 bytes. */
    public static final int BYTES = 320;

    public Probe {
        Objects.requireNonNull(nonce, "nonce");
        Objects.requireNonNull(nodeId, "nodeId");
        if (!Identifier.isAcceptable(nonce) || !Identifier.isAcceptable(nodeId)) {
            throw new IllegalArgumentException("not an identifier");
        }
    }

    /** The message as UTF-8. */
    public byte[] toJson() {
        byte[] text = Json.object()
                .add("Probe", nonce)
                .add("VirtualIP", Ipv4Prefix.format(virtualIp))
                .add("NodeId", nodeId)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        byte[] message = Arrays.copyOf(text, BYTES);
        Arrays.fill(message, text.length, BYTES, (byte) ' ');
        return message;
    }

    /**
     * Reads {@code bytes[0, length)}.
     *
     * @throws MessageException if it is no probe; there is no other exception
     */
    public static Probe parse(byte[] bytes, int length) throws MessageException {
        if (length < BYTES) {
            throw new MessageException("shorter than its answers");
        }
        Fields fields = Fields.of(JsonText.parse(bytes, length, BYTES));
        Probe probe = new Probe(fields.identifier("Probe"), fields.virtualIp(), fields.identifier("NodeId"));
        if (probe.nonce.isEmpty() || probe.nodeId.isEmpty()) {
            throw new MessageException("no Probe or no NodeId");
        }
        return probe;
    }
}
