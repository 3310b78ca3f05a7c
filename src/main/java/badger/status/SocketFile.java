package badger.status;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A listening UNIX socket and its name in the file system. The socket is prepared, its permissions included, in a
 * folder of its own that no other user may enter, and then gets its name by link(2), at which only one program can
 * succeed. So there is no moment in which a user without permission can connect, or in which an unfinished socket looks
 * like that of a dead node. Any thread may call.
 */
final class SocketFile implements AutoCloseable {
    /** The most connections that wait to be accepted. */
    private static final int BACKLOG = 16;

    private static final String LOCK_FILE = ".badger.lock";
    private static final Set<OpenOption> LOCK_OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int FILE_TYPE = 0xF000;
    private static final int SOCKET_TYPE = 0xC000;

    private final ServerSocketChannel channel;
    private final Path path;
    private final Object fileKey;

    private SocketFile(ServerSocketChannel channel, Path path, Object fileKey) {
        this.channel = channel;
        this.path = path;
        this.fileKey = fileKey;
    }

    /**
     * Listens at {@code path}. It replaces a socket there at which no program listens any more.
     *
     * @return null if a living program listens there, or if the path is something else than a socket
     */
    static SocketFile listen(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (Files.notExists(folder)) {
            makeFolder(folder);
        }
        Path parent = path.getParent() == null ? Path.of("") : path.getParent();
        Path privateFolder = Files.createTempDirectory(parent, ".");
        Path made = privateFolder.resolve("s");
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean isNamed = false;
        try {
            channel.bind(UnixDomainSocketAddress.of(made), BACKLOG);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-rw----"));
            isNamed = link(path, made) || (isDead(path) && replaceDead(path, made));
            return isNamed ? new SocketFile(channel, path, fileKey(made)) : null;
        } finally {
            if (!isNamed) {
                channel.close();
            }
            Files.deleteIfExists(made);
            Files.delete(privateFolder);
        }
    }

    /** Removes a socket at which no program listens any more. It leaves everything else alone. */
    static void removeIfDead(Path path) throws IOException {
        boolean _ = isDead(path) && replaceDead(path, null);
    }

    ServerSocketChannel channel() {
        return channel;
    }

    Path path() {
        return path;
    }

    /**
     * Removes the name, unless another socket has it now, and then stops listening. In this order the name is never
     * that of a dead socket.
     */
    @Override
    public void close() throws IOException {
        try (channel) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && fileKey.equals(fileKey(path))) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (FileAlreadyExistsException meanwhile) {
            // Another node made it in the meantime.
        }
    }

    private static boolean link(Path path, Path made) throws IOException {
        try {
            Files.createLink(path, made);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    /**
     * Removes a dead socket and, if {@code made} is not null, puts that in its place. Several programs may find it dead
     * at the same time. The one that holds the lock looks again, so that none removes what another has just put there.
     *
     * @return whether {@code path} is now {@code made}
     */
    private static synchronized boolean replaceDead(Path path, Path made) throws IOException {
        // The lock file stays, because another program may have just opened it for its own lock.
        Path lockFile = path.resolveSibling(LOCK_FILE);
        try (FileChannel file = FileChannel.open(lockFile, LOCK_OPTIONS, OWNER_ONLY);
                FileLock lock = file.tryLock()) {
            if (lock == null || !isDead(path)) {
                return false;
            }
            Files.delete(path);
            return made != null && link(path, made);
        }
    }

    private static boolean isDead(Path path) throws IOException {
        return isSocket(path) && !isAlive(path);
    }

    private static boolean isSocket(Path path) throws IOException {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & FILE_TYPE) == SOCKET_TYPE;
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static boolean isAlive(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            boolean _ = probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (SocketException otherwise) {
            // EAGAIN means that its backlog is full, EACCES that it belongs to another user. A socket that has vanished
            // in the meantime is not dead either.
            return true;
        }
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
