package badger.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.message.IexMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MapFileTest {
    private static final byte[] FIRST = "{\"Nodes\":[1]}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECOND = "{\"Nodes\":[]}".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    @Test
    void keepsTheNewestMapForItsOwnerAlone() throws IOException {
        Path file = directory.resolve("made").resolve("badger0.map");
        MapFile maps = new MapFile(file);
        assertEquals(0, maps.recall().length);
        maps.keep(FIRST);
        maps.keep(SECOND);
        assertArrayEquals(SECOND, new MapFile(file).recall());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertEquals(1, files.count(), "nothing else is left behind");
        }
    }

    @Test
    void bearsAPlaceThatCannotBeWritten() throws IOException {
        Path notAFolder = Files.write(directory.resolve("file"), FIRST);
        MapFile maps = new MapFile(notAFolder.resolve("badger0.map"));
        maps.keep(FIRST);
        assertEquals(0, maps.recall().length);
    }

    @Test
    void readsNothingThatIsNoMap() throws IOException {
        Path file = Files.write(directory.resolve("large"), new byte[IexMessage.MAXIMUM_BYTES + 1]);
        assertEquals(0, new MapFile(file).recall().length);
        Path link = Files.createSymbolicLink(directory.resolve("link"), Files.write(directory.resolve("map"), FIRST));
        assertEquals(0, new MapFile(link).recall().length, "a link may lead anywhere");
    }
}
