package badger.config;

import java.time.Duration;
import java.util.Optional;

/** Times as users write them: {@code 30s}, {@code 500ms}, {@code 2m}, or a number of seconds. */
public final class Durations {
    private Durations() {}

    /**
     * Reads a time.
     *
     * @param flag to be named in the sentence if the text is no time
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

    /**
     * Reads a time that has bounds.
     *
     * @param text null if the flag was not given
     */
    public static Optional<Duration> within(String flag, String text, Duration shortest, Duration longest)
            throws ConfigException {
        if (text == null) {
            return Optional.empty();
        }
        Duration time = parse(flag, text);
        if (time.compareTo(shortest) < 0 || time.compareTo(longest) > 0) {
            throw new ConfigException(flag + " " + Printable.text(text) + " is out of range: give a time from "
                    + text(shortest) + " to " + text(longest));
        }
        return Optional.of(time);
    }

    /** The time as {@link #parse} reads it, in seconds if they are whole, else in milliseconds. */
    public static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
