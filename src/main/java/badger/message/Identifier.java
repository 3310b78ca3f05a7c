package badger.message;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Short names that distinguish runs of a program: a node's {@code NodeId} and the IEX server's {@code Epoch}. */
public final class Identifier {
    private static final int RANDOM_BYTES = 16;
    private static final int MAXIMUM_LENGTH = 64;

    private Identifier() {}

    /** 128 random bits as 32 hexadecimal digits. */
    public static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether a text from outside is an identifier: up to 64 letters, digits, {@code -} and {@code _}, or empty. */
    static boolean isAcceptable(String text) {
        return text.length() <= MAXIMUM_LENGTH && text.chars().allMatch(Identifier::isAcceptable);
    }

    private static boolean isAcceptable(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '-'
                || character == '_';
    }
}
