package badger.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a reader must know of the machine to judge the figures. */
public final class Machine {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private Machine() {}

    /** In the order of the report. */
    public static Map<String, String> description() {
        Map<String, String> description = new LinkedHashMap<>();
        description.put("CPU", field("/proc/cpuinfo", "model name"));
        description.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        description.put("Memory", field("/proc/meminfo", "MemTotal"));
        description.put("Kernel", read("/proc/sys/kernel/osrelease"));
        description.put("Distribution", field("/etc/os-release", "PRETTY_NAME").replace("\"", ""));
        description.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        description.put("iperf3", firstLine("iperf3", "--version"));
        return description;
    }

    static String read(String file) {
        // Not by Files.readString: it reads one byte first, and a file of numbers in /proc/sys is at its end after one
        // read.
        try (InputStream input = Files.newInputStream(Path.of(file))) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String field(String file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceFirst("^[^:=]*[:=]", "").strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String firstLine(String... command) {
        return Command.of(command).require(DEADLINE).lines().findFirst().orElse("unknown");
    }
}
