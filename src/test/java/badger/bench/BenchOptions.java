package badger.bench;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code ./run.sh bench}. */
final class BenchOptions {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "rounds over all paths (default: 3)")
    int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "4",
            description = "length of each TCP test; a UDP trial takes half of it (default: 4)")
    int seconds;

    @Option(
            names = "--only",
            paramLabel = "PATH",
            split = ",",
            description = "compare these alone: bare, badger, badger-before, wireguard-go, wireguard-kernel, openvpn,"
                    + " openvpn-dco, nebula, tinc, and paper for the paper's two experiments")
    List<String> only = List.of();

    @Option(names = "--quick", description = "a smoke run of seconds: one short round, fewer measures; proves nothing")
    boolean quick;

    @Option(names = "--no-install", description = "do not install rivals from the distribution")
    boolean noInstall;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "where results.json, report.md and the charts go (default: target/bench/TIME)")
    Path output;

    @Option(names = "--help", usageHelp = true, description = "this text")
    boolean help;

    boolean includes(String path) {
        return only.isEmpty() || only.contains(path);
    }

    Effort effort() {
        return quick ? Effort.quick() : Effort.full(rounds, seconds);
    }
}
