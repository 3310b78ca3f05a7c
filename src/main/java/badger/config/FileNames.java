package badger.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Names of files as users give them. {@link #OFF} means no file. */
final class FileNames {
    static final String OFF = "none";

    private FileNames() {}

    /** The path; empty if the text cannot be the name of a file. */
    static Optional<Path> parse(String text) {
        try {
            Path path = Path.of(text);
            return text.isEmpty() || path.getFileName() == null ? Optional.empty() : Optional.of(path);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
