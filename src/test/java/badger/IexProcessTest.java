package badger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code badger iex} as a process of its own: how it starts, and how it ends. */
@Slow("Starts four JVMs, one after the other.")
final class IexProcessTest {
    private static final Pattern LISTENS =
            Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO IEX listens on UDP port (\\d+)");

    @Test
    void endsWellAndSoonOnSigterm() throws IOException, InterruptedException {
        endsWellAndSoon("TERM");
    }

    @Test
    void endsWellAndSoonOnSigint() throws IOException, InterruptedException {
        endsWellAndSoon("INT");
    }

    @Test
    void saysThatThePortIsTakenWithExitCodeTwo() throws IOException, InterruptedException {
        Process first = start("iex", "--listen", "0");
        try (BufferedReader log = first.errorReader()) {
            Process second = start("iex", "--listen", String.valueOf(port(log)));
            try (BufferedReader secondLog = second.errorReader()) {
                String line = secondLog.readLine();
                assertTrue(line.startsWith("badger: UDP port ") && line.contains("in use"), line);
                assertEquals(2, second.waitFor());
            } finally {
                second.destroyForcibly();
            }
        } finally {
            first.destroyForcibly();
        }
    }

    private static void endsWellAndSoon(String signal) throws IOException, InterruptedException {
        Process process = start("iex", "--listen", "0");
        try (BufferedReader log = process.errorReader()) {
            assertTrue(port(log) > 0);
            long began = System.nanoTime();
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                            .start()
                            .waitFor());
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
            assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(2), "ending took too long");
            assertFalse(log.lines().anyMatch(line -> line.contains("Exception")));
        } finally {
            process.destroyForcibly();
        }
    }

    private static int port(BufferedReader log) throws IOException {
        String line = log.readLine();
        Matcher matcher = LISTENS.matcher(line == null ? "" : line);
        assertTrue(matcher.matches(), line);
        return Integer.parseInt(matcher.group(1));
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                "badger.Badger"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }
}
