package badger.config;

/** Decimal numbers as users write them: digits alone, so that no sign, space or other script slips through. */
final class Numbers {
    private static final int MOST_DIGITS = 9;

    private Numbers() {}

    /** The number, or -1 where the text is anything else than one to nine digits. */
    static int parse(String text) {
        boolean isNumber = !text.isEmpty()
                && text.length() <= MOST_DIGITS
                && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return isNumber ? Integer.parseInt(text) : -1;
    }
}
