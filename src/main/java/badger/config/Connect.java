package badger.config;

import java.util.Optional;

/** Judges {@code --connect}: when a node opens its sessions. */
final class Connect {
    private Connect() {}

    /** Returns whether at the first packet rather than at once; empty where the number of nodes decides. */
    static Optional<Boolean> parse(String text) throws ConfigException {
        return switch (text) {
            case null -> Optional.empty();
            case "auto" -> Optional.empty();
            case "eager" -> Optional.of(false);
            case "on-demand" -> Optional.of(true);
            default ->
                throw new ConfigException(
                        "--connect " + Printable.text(text) + " is unknown: give auto, eager or on-demand");
        };
    }
}
