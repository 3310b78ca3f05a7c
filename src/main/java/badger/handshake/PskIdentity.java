package badger.handshake;

import java.nio.charset.StandardCharsets;

/** PSK identities and hints as text. A peer may send any bytes; what comes out can be logged. */
final class PskIdentity {
    /** An address as text is far shorter; what is beyond is cut off. */
    static final int LONGEST_TEXT = 128;

    private PskIdentity() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] identity) {
        String text = new String(identity, StandardCharsets.UTF_8);
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < text.length() && i < LONGEST_TEXT; i++) {
            char character = text.charAt(i);
            printable.append(character < ' ' || character > '~' ? '?' : character);
        }
        return printable.toString();
    }
}
