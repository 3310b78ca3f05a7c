package badger.config;

/** Decimal numbers as users write them: ASCII digits only, without sign, space or digits of other scripts. */
final class Numbers {
    private static final int MOST_DIGITS = 9;

    private Numbers() {}

    /** The number; -1 if the text is anything else than one to nine digits. */
    static int parse(String text) {
        boolean isNumber = !text.isEmpty()
                && text.length() <= MOST_DIGITS
                && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return isNumber ? Integer.parseInt(text) : -1;
    }
}
