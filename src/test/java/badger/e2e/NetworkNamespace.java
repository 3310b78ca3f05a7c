package badger.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One machine of the lab: a network namespace by its full name. */
public record NetworkNamespace(String name) {
    /** The command, to be started inside; the process is then the command itself, not a parent of it. */
    public List<String> inside(List<String> command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(command);
        return words;
    }

    public Command.Outcome run(Duration deadline, String... command) {
        return Command.run(deadline, inside(List.of(command)));
    }

    /** Runs a command of at most ten seconds that must succeed; returns what it printed. */
    public String require(String... command) {
        return Command.require(Duration.ofSeconds(10), inside(List.of(command)));
    }

    /** The name inside the lab, by which lab.sh is told of it. */
    String shortName() {
        return name.substring(name.indexOf('-') + 1);
    }

    boolean hasAddress(String address) {
        return require("ip", "-o", "-4", "address", "show").contains("inet " + address + "/");
    }

    boolean hasDevice(String device) {
        return run(Duration.ofSeconds(10), "ip", "link", "show", "dev", device).succeeded();
    }
}
