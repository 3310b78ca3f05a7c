package badger.config;

/** Makes text of unknown origin fit for one line on a terminal. */
public final class Printable {
    private Printable() {}

    /** Writes control characters and line ends as escapes, so that nothing can forge a line or steer a terminal. */
    public static String text(String text) {
        StringBuilder printable = null;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean isHarmless = !Character.isISOControl(character) && character != '\u2028' && character != '\u2029';
            if (isHarmless) {
                if (printable != null) {
                    printable.append(character);
                }
            } else {
                printable = printable == null ? new StringBuilder(text.substring(0, i)) : printable;
                printable.append(String.format("\\u%04x", (int) character));
            }
        }
        return printable == null ? text : printable.toString();
    }
}
