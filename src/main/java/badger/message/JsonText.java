package badger.message;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns a datagram into a JSON object, or refuses it. Anybody who can reach the socket may have written it. So length
 * and nesting are bounded before the parser sees it, which itself allows a depth of 1,000, and the only exception is
 * {@link MessageException}. Static; any thread may call.
 */
final class JsonText {
    private static final int MAXIMUM_DEPTH = 8;

    private JsonText() {}

    static JsonObject parse(byte[] bytes, int length, int maximumLength) throws MessageException {
        if (length > maximumLength) {
            throw new MessageException("longer than " + maximumLength + " bytes");
        }
        char[] text = withoutTrailingCommas(decode(bytes, length));
        JsonValue value;
        try {
            value = Json.parse(new String(text));
        } catch (RuntimeException e) {
            // The parser's message repeats the text; this one does not.
            throw new MessageException("not JSON", e);
        }
        if (!value.isObject()) {
            throw new MessageException("not a JSON object");
        }
        return value.asObject();
    }

    private static char[] decode(byte[] bytes, int length) throws MessageException {
        try {
            CharBuffer decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, length));
            char[] text = new char[decoded.remaining()];
            decoded.get(text);
            return text;
        } catch (CharacterCodingException e) {
            throw new MessageException("not UTF-8", e);
        }
    }

    /**
     * Blanks each comma between a value and a closing bracket, which the paper's own map has (paper row P25) and the
     * parser refuses. It also checks the depth. A comma that follows no value stays, and the parser refuses it.
     */
    private static char[] withoutTrailingCommas(char[] text) throws MessageException {
        int depth = 0;
        int last = -1;
        char beforeLast = 0;
        for (int at = 0; at < text.length; at++) {
            char character = text[at];
            if (character == ' ' || character == '\t' || character == '\n' || character == '\r') {
                continue;
            }
            if (character == '{' || character == '[') {
                if (++depth > MAXIMUM_DEPTH) {
                    throw new MessageException("nested deeper than " + MAXIMUM_DEPTH);
                }
            } else if (character == '}' || character == ']') {
                depth--;
                boolean followsValue = beforeLast != '{' && beforeLast != '[' && beforeLast != ',' && beforeLast != ':';
                if (last >= 0 && text[last] == ',' && followsValue) {
                    text[last] = ' ';
                }
            }
            beforeLast = last >= 0 ? text[last] : 0;
            if (character == '"') {
                at = endOfString(text, at);
            }
            last = Math.min(at, text.length - 1);
        }
        return text;
    }

    /** The index of the closing quote, or the end of the text if there is none. */
    private static int endOfString(char[] text, int openingQuote) {
        int at = openingQuote + 1;
        while (at < text.length && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return Math.min(at, text.length);
    }
}
