package badger.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The file in which a node keeps the last map, so that it can start while no IEX server answers.
 *
 * @param isWanted whether it keeps the map at all
 * @param path of the file; empty for a file named after the device and the address
 */
public record MapCache(boolean isWanted, Optional<Path> path) {
    /** Reads {@code --map-cache}; null if it was not given. */
    public static MapCache parse(String text) throws ConfigException {
        if (text == null) {
            return new MapCache(true, Optional.empty());
        }
        if (text.equals(FileNames.OFF)) {
            return new MapCache(false, Optional.empty());
        }
        Optional<Path> path = FileNames.parse(text);
        if (path.isEmpty()) {
            throw new ConfigException("--map-cache " + Printable.text(text)
                    + " is not the name of a file: give one, or " + FileNames.OFF);
        }
        return new MapCache(true, path);
    }
}
