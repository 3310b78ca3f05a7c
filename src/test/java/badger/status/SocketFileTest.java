package badger.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which program gets the name of a socket, and when the name goes. */
final class SocketFileTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void chooseAName() {
        path = directory.resolve("badger0.sock");
    }

    @Test
    void onlyOwnerAndGroupMayConnectAndEveryoneMaySeeTheFolder() throws IOException {
        Path inner = directory.resolve("badger").resolve("x.sock");
        try (SocketFile socket = SocketFile.listen(inner)) {
            assertEquals("rw-rw----", permissions(inner));
            assertEquals("rwxr-xr-x", permissions(inner.getParent()));
            assertEquals(inner, socket.path());
            assertEquals(List.of("x.sock"), names(inner.getParent()), "what it was made in is still there");
        }
        assertEquals(List.of(), names(inner.getParent()));
    }

    @Test
    void longestNameThatTheCommandLineAllowsCanBeHad() throws IOException {
        String folder = directory.toString();
        assertTrue(folder.length() < 79, folder);
        try (SocketFile socket = SocketFile.listen(directory.resolve("x".repeat(79 - folder.length())))) {
            assertEquals(80, socket.path().toString().length());
        }
    }

    @Test
    void livingProgramKeepsItsName() throws IOException {
        try (SocketFile first = SocketFile.listen(path)) {
            assertNotNull(first);
            assertNull(SocketFile.listen(path));
            SocketFile.removeIfDead(path);
            assertTrue(connects());
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void livingProgramThatAcceptsNobodyKeepsItsName() throws IOException {
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(UnixDomainSocketAddress.of(path), 1);
            try (SocketChannel first = connect();
                    SocketChannel second = connect()) {
                assertTrue(first.isConnected() && second.isConnected());
                assertNull(SocketFile.listen(path));
                SocketFile.removeIfDead(path);
                assertTrue(Files.exists(path));
            }
        }
    }

    @Test
    void socketOfADeadProgramIsReplaced() throws IOException {
        leaveADeadSocket();
        try (SocketFile socket = SocketFile.listen(path)) {
            assertNotNull(socket);
            assertTrue(connects());
            assertEquals(List.of(".badger.lock", "badger0.sock"), names(directory));
        }
    }

    @Test
    void socketOfADeadProgramIsRemovedOnRequest() throws IOException {
        leaveADeadSocket();
        SocketFile.removeIfDead(path);
        assertFalse(Files.exists(path));
        SocketFile.removeIfDead(path);
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws IOException {
        Files.writeString(path, "somebody's");
        assertNull(SocketFile.listen(path));
        SocketFile.removeIfDead(path);
        assertEquals("somebody's", Files.readString(path));
        Path link = Files.createSymbolicLink(directory.resolve("link.sock"), path);
        assertNull(SocketFile.listen(link));
        assertEquals("somebody's", Files.readString(path));
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void nameThatIsAnothersByNowIsLeftAlone() throws IOException {
        SocketFile first = SocketFile.listen(path);
        Files.delete(path);
        try (SocketFile second = SocketFile.listen(path)) {
            assertNotNull(second);
            first.close();
            assertTrue(connects());
        }
    }

    @Test
    void ofManyThatStartOverADeadSocketAtOnceOneWins() throws Exception {
        int programs = 8;
        try (ExecutorService threads = Executors.newFixedThreadPool(programs)) {
            for (int round = 0; round < 100; round++) {
                leaveADeadSocket();
                List<SocketFile> winners = new ArrayList<>();
                List<Callable<SocketFile>> attempts = Collections.nCopies(programs, () -> SocketFile.listen(path));
                for (Future<SocketFile> each : threads.invokeAll(attempts)) {
                    SocketFile socket = each.get();
                    if (socket != null) {
                        winners.add(socket);
                    }
                }
                assertEquals(1, winners.size(), "winners");
                assertTrue(connects(), "the winner's name is lost");
                winners.getFirst().close();
                assertFalse(Files.exists(path));
            }
        }
    }

    private void leaveADeadSocket() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertTrue(Files.exists(path), "the JDK removes the names of its sockets by itself");
    }

    private boolean connects() throws IOException {
        try (SocketChannel channel = connect()) {
            return channel.isConnected();
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
