package badger.config;

import java.time.Duration;

/** Times as users write them: {@code 30s}, {@code 500ms}, {@code 2m}, or a number of seconds. */
public final class Durations {
    private Durations() {}

    /**
     * Reads one.
     *
     * @param flag named in the sentence where the text is none
     */
    public static Duration parse(String flag, String text) throws ConfigException {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        int number = Numbers.parse(text.substring(0, digits));
        Duration unit = switch (text.substring(digits)) {
            case "ms" -> Duration.ofMillis(1);
            case "", "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ZERO;
        };
        if (number < 0 || unit.isZero()) {
            throw new ConfigException(
                    flag + " " + Printable.text(text) + " is not a time: give one such as 30s, 500ms or 2m");
        }
        return unit.multipliedBy(number);
    }

    /** As {@link #parse} reads it, in the largest unit that fits. */
    public static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
