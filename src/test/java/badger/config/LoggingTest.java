package badger.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Reads what the whole JVM logs, and so runs alone. */
@Isolated
final class LoggingTest {
    private static final Logger LOGGER = System.getLogger("badger.config.test");

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @AfterEach
    void restore() {
        Logging.configure(Level.INFO, System.err);
    }

    @Test
    void writesOneLineForEachEventAtOrAboveTheLevel() {
        Logging.configure(Level.INFO, new PrintStream(written, true, StandardCharsets.UTF_8));
        LOGGER.log(Level.DEBUG, "not this");
        LOGGER.log(Level.INFO, "first {0}");
        LOGGER.log(Level.ERROR, "second\nforged\u001b[2J", new IllegalStateException("why"));
        List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO first \\{0}"), lines.get(0));
        assertTrue(
                lines.get(1).endsWith(" ERROR second\\u000aforged\\u001b[2J: java.lang.IllegalStateException: why"),
                lines.get(1));
    }

    @Test
    void writesTheLevelsThatAreAskedFor() {
        Logging.configure(Level.TRACE, new PrintStream(written, true, StandardCharsets.UTF_8));
        for (Level level : List.of(Level.TRACE, Level.DEBUG, Level.INFO, Level.WARNING, Level.ERROR)) {
            LOGGER.log(level, "x");
        }
        assertEquals(
                List.of("TRACE x", "DEBUG x", "INFO x", "WARNING x", "ERROR x"),
                written.toString(StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.substring(13))
                        .toList());
    }
}
