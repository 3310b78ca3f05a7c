package badger.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A path to compare: a folder of {@code src/bench} with its {@code path.sh} (see the README.md there).
 *
 * @param name as in {@code --only} and results.json
 * @param environment what path.sh is told besides our own environment
 */
record PathScript(String name, Path folder, Map<String, String> environment) {
    private static final Path ROOT = Path.of("src/bench").toAbsolutePath();
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** The bare cable first, then Badger, then the rivals; each may or may not be able to run here. */
    static final List<String> NAMES = List.of(
            "bare",
            "badger",
            "badger-before",
            "wireguard-go",
            "wireguard-kernel",
            "openvpn",
            "openvpn-dco",
            "nebula",
            "tinc");

    PathScript {
        environment = Map.copyOf(environment);
    }

    /** @param environment how Badger is run: BADGER_JAVA, BADGER_FLAGS, BADGER_JAR */
    static PathScript named(String name, Map<String, String> environment) {
        Path own = ROOT.resolve(name);
        return new PathScript(
                name, Files.isDirectory(own) ? own : ROOT.resolve("rivals").resolve(name), environment);
    }

    String title() {
        return ask("title");
    }

    String settings() {
        return ask("settings");
    }

    /** The version when this path can run here; when not, the sentence that says why. */
    Command.Outcome version() {
        return command("version").run(DEADLINE);
    }

    /** Who takes part, in the order in which they are to be started: of {@code hub}, {@code left} and {@code right}. */
    List<String> parts() {
        return List.of(ask("parts").split(" ", -1));
    }

    /** The folder inside the source tree, for the report. */
    String where() {
        return "src/bench/" + ROOT.relativize(folder);
    }

    PathScript with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new PathScript(name, folder, all);
    }

    /** Asks path.sh something, or has it do something, outside any namespace; returns what it printed. */
    String ask(String... words) {
        return command(words).require(DEADLINE);
    }

    Command command(String... words) {
        List<String> command =
                new ArrayList<>(List.of("bash", folder.resolve("path.sh").toString()));
        command.addAll(List.of(words));
        return new Command(command, environment);
    }
}
