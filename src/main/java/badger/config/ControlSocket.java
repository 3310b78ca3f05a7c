package badger.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a node answers commands of its own host.
 *
 * @param isWanted whether it answers at all
 * @param path of the socket; empty for one named after the device
 */
public record ControlSocket(boolean isWanted, Optional<Path> path) {
    public static final String OFF = "none";

    // sun_path (unix(7)) has 108 bytes, and the name under which the socket is made first is up to 22 longer.
    private static final int LONGEST_PATH_BYTES = 80;

    /** Reads {@code --control}, null where it was not given. */
    public static ControlSocket parse(String text) throws ConfigException {
        if (text == null) {
            return new ControlSocket(true, Optional.empty());
        }
        return text.equals(OFF)
                ? new ControlSocket(false, Optional.empty())
                : new ControlSocket(true, Optional.of(path(text)));
    }

    private static Path path(String text) throws ConfigException {
        try {
            Path path = Path.of(text);
            if (!text.isEmpty()
                    && path.getFileName() != null
                    && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH_BYTES) {
                return path;
            }
        } catch (InvalidPathException e) {
            // The sentence below says it.
        }
        throw new ConfigException("--control " + Printable.text(text)
                + " is not the name of a socket: give a file of at most " + LONGEST_PATH_BYTES + " bytes, or " + OFF);
    }
}
