package badger.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a node keeps the last map, so that it can start while no IEX server answers.
 *
 * @param isWanted whether it keeps one at all
 * @param path of the file; empty for one named after the device
 */
public record MapCache(boolean isWanted, Optional<Path> path) {
    private static final String OFF = "none";

    /** Reads {@code --map-cache}, null where it was not given. */
    public static MapCache parse(String text) throws ConfigException {
        if (text == null) {
            return new MapCache(true, Optional.empty());
        }
        if (text.equals(OFF)) {
            return new MapCache(false, Optional.empty());
        }
        try {
            Path path = Path.of(text);
            if (!text.isEmpty() && path.getFileName() != null) {
                return new MapCache(true, Optional.of(path));
            }
        } catch (InvalidPathException e) {
            // The sentence below says it.
        }
        throw new ConfigException(
                "--map-cache " + Printable.text(text) + " is not the name of a file: give one, or " + OFF);
    }
}
