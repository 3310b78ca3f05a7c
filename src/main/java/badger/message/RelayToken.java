package badger.message;

import badger.wire.RelayFrame;
import com.eclipsesource.json.JsonValue;
import java.util.HexFormat;

/**
 * The token of a node that takes relayed datagrams, as ten hexadecimal digits. Any other value under its key counts as
 * none, since the key is Badger's own and must not cost a node its heartbeat or its map.
 */
final class RelayToken {
    static final String KEY = "Relay";

    static final int DIGITS = 2 * RelayFrame.TOKEN_BYTES;

    private RelayToken() {}

    static String text(long token) {
        return HexFormat.of().toHexDigits(token, DIGITS);
    }

    /** The token, or {@link RelayFrame#NO_TOKEN} if there is none. */
    static long of(Fields fields) {
        JsonValue value = fields.value(KEY);
        String text = value != null && value.isString() ? value.asString() : "";
        boolean isToken = text.length() == DIGITS && text.chars().allMatch(HexFormat::isHexDigit);
        return isToken ? HexFormat.fromHexDigitsToLong(text) : RelayFrame.NO_TOKEN;
    }

    /** Whether a node on the map takes relayed datagrams. */
    static boolean isTaking(Fields fields) {
        JsonValue value = fields.value(KEY);
        return value != null && value.isTrue();
    }
}
