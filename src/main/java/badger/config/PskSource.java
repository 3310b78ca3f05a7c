package badger.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the pre-shared key from {@code --psk}, {@code --psk-file}, or else {@code BADGER_PSK}. The key is the literal
 * bytes of the text in UTF-8 (paper row P39). A file may end in one line end, which is not part of the key.
 */
final class PskSource {
    private static final String VARIABLE = "BADGER_PSK";
    private static final int MOST_BYTES = 512;
    private static final char REPLACEMENT = '\uFFFD';
    private static final Set<PosixFilePermission> READABLE_BY_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private PskSource() {}

    static PreSharedKey read(NodeArguments given, Map<String, String> environment, List<String> warnings)
            throws ConfigException {
        byte[] key = bytes(given, environment, warnings);
        try {
            if (key.length > MOST_BYTES) {
                throw new ConfigException("the pre-shared key is too long: give at most " + MOST_BYTES + " bytes");
            }
            if (key.length < PreSharedKey.STRONG_BYTES) {
                warnings.add("the pre-shared key is short and could be guessed: 16 random bytes or more are safe, "
                        + "such as the output of: openssl rand -base64 32");
            }
            return new PreSharedKey(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] bytes(NodeArguments given, Map<String, String> environment, List<String> warnings)
            throws ConfigException {
        if (given.psk != null && given.pskFile != null) {
            throw new ConfigException("--psk and --psk-file are both given: give one of them");
        }
        if (given.psk != null) {
            warnings.add("--psk shows the key to every user of this host in the process list: --psk-file hides it");
            return text(given.psk, "--psk");
        }
        if (given.pskFile != null) {
            return file(given.pskFile);
        }
        String fromEnvironment = environment.get(VARIABLE);
        if (fromEnvironment == null) {
            throw new ConfigException("no pre-shared key: give --psk-file FILE, --psk KEY or the variable " + VARIABLE);
        }
        return text(fromEnvironment, VARIABLE);
    }

    private static byte[] text(String text, String name) throws ConfigException {
        if (text.isEmpty()) {
            throw new ConfigException(name + " is empty: give the key that all nodes of the mesh share");
        }
        // Java reads arguments and variables in the locale's encoding, and writes this character for what it cannot
        // read. With such a key every handshake would fail.
        if (text.indexOf(REPLACEMENT) >= 0) {
            throw new ConfigException(name + " has characters that this locale cannot express: use --psk-file, or run "
                    + "with LC_ALL=C.UTF-8");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] file(Path file) throws ConfigException {
        String name = "the key file " + Printable.text(file.toString());
        byte[] read;
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(READABLE_BY_OTHERS::contains)) {
                throw new ConfigException(name + " can be read by other users: run chmod 600 on it");
            }
            try (InputStream in = Files.newInputStream(file)) {
                // One byte and a line end more than allowed, so that a longer key is seen as such.
                read = in.readNBytes(MOST_BYTES + 3);
            }
        } catch (NoSuchFileException e) {
            throw new ConfigException(name + " does not exist: check --psk-file");
        } catch (AccessDeniedException e) {
            throw new ConfigException(name + " cannot be read: permission denied");
        } catch (IOException e) {
            throw new ConfigException(name + " cannot be read: check that --psk-file names a file");
        }
        byte[] key = withoutLineEnd(read);
        Arrays.fill(read, (byte) 0);
        if (key.length == 0) {
            throw new ConfigException(name + " is empty: write the key that all nodes of the mesh share into it");
        }
        return key;
    }

    private static byte[] withoutLineEnd(byte[] read) {
        int length = read.length;
        if (length > 0 && read[length - 1] == '\n') {
            length--;
            if (length > 0 && read[length - 1] == '\r') {
                length--;
            }
        }
        return Arrays.copyOf(read, length);
    }
}
