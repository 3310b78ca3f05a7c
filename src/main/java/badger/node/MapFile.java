package badger.node;

import badger.discovery.MapMemory;
import badger.message.IexMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The last map, in a file. Only its owner may read it, since it says where the nodes of the mesh are. A new map
 * replaces the old one as a whole, so that nobody ever reads half of one.
 */
public final class MapFile implements MapMemory {
    private static final System.Logger LOG = System.getLogger(MapFile.class.getName());
    private static final Path FOLDER = Path.of("/var/lib/badger");

    private final Path file;
    private boolean hasComplained;

    public MapFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** Where a node keeps its map by default. Each node of one machine has its own place. */
    public static Path defaultPath(String device, String virtualIp) {
        return FOLDER.resolve(device + "-" + virtualIp + ".map");
    }

    @Override
    public byte[] recall() {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= IexMessage.MAXIMUM_BYTES
                    ? Files.readAllBytes(file)
                    : new byte[0];
        } catch (IOException unreadable) {
            complain("cannot read the last map", unreadable);
            return new byte[0];
        }
    }

    @Override
    public void keep(byte[] map) {
        try {
            Path folder = file.getParent();
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            // createTempFile lets the owner alone read it; rename(2) replaces the old file as a whole.
            Path fresh = Files.createTempFile(folder, file.getFileName().toString(), ".new");
            try {
                try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.wrap(map);
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException | UnsupportedOperationException refused) {
            complain("cannot keep the map", refused);
        }
    }

    private void complain(String what, Exception why) {
        if (!hasComplained) {
            hasComplained = true;
            LOG.log(System.Logger.Level.INFO, "{0} at {1}: {2}", what, file, why.getMessage());
        }
    }
}
