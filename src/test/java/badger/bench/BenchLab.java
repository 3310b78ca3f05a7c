package badger.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Network namespaces made by {@code src/test/lab/lab.sh}, which documents them. Names that start with one prefix are
 * one lab: the lab of prefix {@code bench1} includes that of {@code bench1-nat}, and taking it down ends both.
 */
record BenchLab(String prefix) {
    private static final Path SCRIPT = Path.of("src/test/lab/lab.sh").toAbsolutePath();
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    BenchLab part(String name) {
        return new BenchLab(prefix + "-" + name);
    }

    /** The full name of the namespace that the lab calls so. */
    String namespace(String host) {
        return prefix + "-" + host;
    }

    /** Calls one of the functions of lab.sh: {@code script("public", "iex", "203.0.113.1")} is {@code lab_public}. */
    void script(String... words) {
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString(), prefix));
        command.addAll(List.of(words));
        Command.of(command.toArray(String[]::new)).require(DEADLINE);
    }
}
