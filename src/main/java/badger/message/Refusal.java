package badger.message;

import badger.wire.Ipv4Prefix;
import com.eclipsesource.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The IEX server's answer to a node that it does not put on the map (paper row P20):
 *
 * <pre>{@code
 * {"Error":"VirtualIPConflict","VirtualIP":"10.0.0.10","Message":"held by another node"}
 * }</pre>
 *
 * A node built from the paper gets none, because it might take it for a map without nodes.
 *
 * @param error one word for programs, such as {@link #VIRTUAL_IP_CONFLICT}
 * @param virtualIp the address that the node asked for
 * @param message a few words for people, without control characters
 */
public record Refusal(String error, int virtualIp, String message) implements IexMessage {
    /** Another live node holds the virtual address. */
    public static final String VIRTUAL_IP_CONFLICT = "VirtualIPConflict";

    private static final int MAXIMUM_MESSAGE_LENGTH = 200;

    public Refusal {
        Objects.requireNonNull(error, "error");
        Objects.requireNonNull(message, "message");
    }

    /** The message as UTF-8. It is about as long as a heartbeat, so that a forged heartbeat causes no flood. */
    public byte[] toJson() {
        return Json.object()
                .add("Error", error)
                .add("VirtualIP", Ipv4Prefix.format(virtualIp))
                .add("Message", message)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    static Refusal of(Fields fields) throws MessageException {
        String error = fields.identifier("Error");
        if (error.isEmpty()) {
            throw new MessageException("Error is empty");
        }
        String message = fields.text("Message");
        return new Refusal(error, fields.virtualIp(), message == null ? "" : printable(message));
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints()
                .limit(MAXIMUM_MESSAGE_LENGTH)
                .map(character -> character < ' ' || character > '~' ? '?' : character)
                .forEach(printable::appendCodePoint);
        return printable.toString();
    }
}
