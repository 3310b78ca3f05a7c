package badger.cli;

import badger.config.ConfigException;
import badger.config.Durations;
import badger.config.Printable;
import badger.status.NodeStatus;
import badger.status.StatusClient;
import badger.status.StatusException;
import badger.status.StatusJson;
import badger.status.StatusTable;
import badger.status.WatchTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code badger counters}: what a running node of this host has carried and dropped. */
@Command(
        name = "counters",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        header = "Shows what a running node of this host has carried and dropped since its start.",
        description = {
            "",
            "Asks the node at its control socket, as root: first the counts of packets and system calls, then how "
                    + "well packets travelled together, what was dropped and why, and one line for each peer. "
                    + "Of several nodes with one device name it takes the one in this network namespace.",
            ""
        },
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Exit codes:",
            "  0  done",
            "  1  the answer cannot be understood",
            "  2  wrong usage, or several nodes could be meant",
            "  4  no privilege to ask",
            "  6  no node runs there",
            "",
            "Examples:",
            "  badger counters",
            "  badger counters --watch 1          one line a second: rates",
            "  badger counters --json             for programs; docs/PERFORMANCE.md says what each key means"
        })
public final class CountersCommand implements Callable<Integer> {
    /** With a shorter interval, asking would itself show in the counters. */
    private static final Duration SHORTEST_WATCH = Duration.ofMillis(100);

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeChoice node;

    @Option(names = "--json", description = "One JSON document on one line, and with --watch one more each time.")
    private boolean isJson;

    @Option(
            names = "--watch",
            paramLabel = "SECONDS",
            description = "Goes on until Ctrl-C: differences and rates since the time before. Also as 500ms or 2m.")
    private String watch;

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        Duration interval = interval();
        PrintWriter out = spec.commandLine().getOut();
        try {
            Path socket = node.socket();
            if (interval != null) {
                try (Shutdown _ = new Shutdown()) {
                    watch(socket, interval, out);
                }
                return 0;
            }
            NodeStatus status = StatusClient.ask(socket);
            out.print(isJson ? StatusJson.write(status) + "\n" : StatusTable.text(status));
            out.flush();
            return 0;
        } catch (StatusException e) {
            throw NodeChoice.failure(e);
        }
    }

    private void watch(Path socket, Duration interval, PrintWriter out) throws StatusException, InterruptedException {
        NodeStatus earlier = StatusClient.ask(socket);
        WatchTable table = new WatchTable();
        if (isJson) {
            out.println(StatusJson.write(earlier));
        }
        // It ends as well when the reader has gone, such as head(1).
        while (!out.checkError()) {
            Thread.sleep(interval);
            NodeStatus status = StatusClient.ask(socket);
            boolean isComparable = status.continues(earlier);
            if (isJson) {
                out.println(isComparable ? StatusJson.write(status, earlier) : StatusJson.write(status));
            } else if (isComparable) {
                out.print(table.lines(status, earlier));
            }
            earlier = status;
        }
    }

    private Duration interval() throws ConfigException {
        if (watch == null) {
            return null;
        }
        Duration interval = Durations.parse("--watch", watch);
        if (interval.compareTo(SHORTEST_WATCH) < 0) {
            throw new ConfigException("--watch " + Printable.text(watch) + " is too short: give at least 100ms");
        }
        return interval;
    }
}
