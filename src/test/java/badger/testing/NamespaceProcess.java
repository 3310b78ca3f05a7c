package badger.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class of the tests in a process and a network namespace of its own, which ends with it, so that no device
 * ever appears among the host's own.
 */
public final class NamespaceProcess {
    /** What makes the namespace, and nothing else. */
    public static final String UNSHARE = "unshare -n";

    private NamespaceProcess() {}

    /** Fails unless this process may make namespaces and TUN devices. */
    public static void require() {
        assertEquals("root", System.getProperty("user.name"), "These tests make network namespaces: run them as root.");
        assertTrue(Files.exists(Path.of("/dev/net/tun")), "These tests need /dev/net/tun: load the tun module.");
    }

    /**
     * Runs {@code mainClass} to its end, for 90 s at most, and fails unless it ends with exit code 0.
     *
     * @param wrapper the command that starts the JVM in a namespace, {@link #UNSHARE} or one that begins with it
     * @return what it has printed
     */
    public static String run(String wrapper, Class<?> mainClass, String... arguments)
            throws IOException, InterruptedException {
        // The outer bound, as reading the output below waits for the process however long it takes.
        List<String> command = new ArrayList<>(List.of("timeout", "--kill-after=5", "90"));
        command.addAll(List.of(wrapper.split(" ", -1)));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-ea", "-Xmx128m", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(mainClass.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), output);
            assertEquals(0, process.exitValue(), output);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
