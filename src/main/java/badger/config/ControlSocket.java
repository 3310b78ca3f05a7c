package badger.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The socket at which a node answers commands of its own host.
 *
 * @param isWanted whether it answers at all
 * @param path of the socket; empty for a socket named after the device
 */
public record ControlSocket(boolean isWanted, Optional<Path> path) {
    // sun_path (unix(7)) has 108 bytes, and the name under which the socket is made first is up to 22 bytes longer.
    private static final int LONGEST_PATH_BYTES = 80;

    /** Reads {@code --control}; null if it was not given. */
    public static ControlSocket parse(String text) throws ConfigException {
        if (text == null) {
            return new ControlSocket(true, Optional.empty());
        }
        if (text.equals(FileNames.OFF)) {
            return new ControlSocket(false, Optional.empty());
        }
        Optional<Path> path = FileNames.parse(text);
        if (path.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH_BYTES) {
            throw new ConfigException("--control " + Printable.text(text)
                    + " is not the name of a socket: give a file of at most " + LONGEST_PATH_BYTES + " bytes, or "
                    + FileNames.OFF);
        }
        return new ControlSocket(true, path);
    }
}
