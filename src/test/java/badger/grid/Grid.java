package badger.grid;

import badger.bench.Machine;
import badger.e2e.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The main class of {@code ./run.sh grid}. Each cell has a lab of its own, one after the other: two would share the
 * processors and lengthen each other's times. A run without a session takes {@link #PATIENCE}; nothing takes more than
 * some seconds longer.
 */
@Command(
        name = "./run.sh grid",
        sortOptions = false,
        description =
                "Has two nodes behind every pair of routers find each other, in network namespaces, and compares what"
                        + " comes of it with what RFC 4787 allows. Ends with 0 if all is as expected, else with 1.")
public final class Grid implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Path DOCUMENT = Path.of("docs/NAT-GRID.md");

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "runs of each pair with each leader, 1 to 100 (default: 3)")
    private int runs;

    @Option(
            names = "--only",
            paramLabel = "PAIR",
            split = ",",
            description = "these pairs alone, such as easy-hard or same-lan-easy")
    private List<String> only = List.of();

    @Option(
            names = "--early",
            description =
                    "instead, the pairs where the leader's first packet comes too early for a router without a filter")
    private boolean isEarly;

    @Option(names = "--list", description = "the pairs and what is expected of them, and why; runs nothing")
    private boolean isList;

    @Option(names = "--write", description = "write the table to docs/NAT-GRID.md too")
    private boolean writes;

    @Option(names = "--help", usageHelp = true, description = "this text")
    boolean isHelp;

    @Spec
    private CommandSpec spec;

    private String[] arguments = {};

    public static void main(String[] arguments) {
        Grid grid = new Grid();
        grid.arguments = arguments.clone();
        System.exit(new CommandLine(grid).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        List<GridCell> cells = cells();
        if (isList) {
            cells.forEach(cell ->
                    System.out.printf("%-22s %-12s %s%n", cell.name(), GridResult.word(cell.expected()), cell.why()));
            return 0;
        }
        StringBuilder table = new StringBuilder(GridResult.HEADING);
        System.out.print(GridResult.HEADING);
        List<GridResult> all = new ArrayList<>();
        for (GridCell cell : cells) {
            for (GridResult result : results(cell, runs, PATIENCE)) {
                System.out.println(result.row());
                table.append(result.row()).append('\n');
                all.add(result);
            }
        }
        String summary = GridResult.summary(all);
        System.out.println(summary);
        if (writes) {
            Files.writeString(DOCUMENT, document(table + "\n" + summary + "\n"));
        }
        return all.stream().allMatch(GridResult::isAsExpected) ? 0 : 1;
    }

    /** All runs of a cell in one lab, one row for each leader. */
    static List<GridResult> results(GridCell cell, int runs, Duration patience) {
        List<GridResult> results = new ArrayList<>();
        try (Lab lab = new Lab()) {
            GridRun run = new GridRun(lab, cell);
            results.add(
                    new GridResult(cell, cell.isSymmetric() ? "either" : "left", attempts(run, runs, true, patience)));
            if (!cell.isSymmetric() && cell.setting() != GridCell.Setting.EARLY) {
                results.add(new GridResult(cell, "right", attempts(run, runs, false, patience)));
            }
        }
        return results;
    }

    private static List<GridAttempt> attempts(GridRun run, int runs, boolean isLeftLeading, Duration patience) {
        return Stream.generate(() -> run.run(isLeftLeading, patience))
                .limit(runs)
                .toList();
    }

    private List<GridCell> cells() {
        if (runs < 1 || runs > 100) {
            throw new ParameterException(spec.commandLine(), "--runs is 1 to 100");
        }
        List<GridCell> all = isEarly
                ? Expectations.early()
                : Stream.concat(Expectations.all().stream(), Expectations.relayed().stream())
                        .toList();
        List<String> names = all.stream().map(GridCell::name).toList();
        for (String name : only) {
            if (!names.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "There is no pair " + name + "; there are " + String.join(", ", names) + ".");
            }
        }
        return all.stream()
                .filter(cell -> only.isEmpty() || only.contains(cell.name()))
                .toList();
    }

    private String document(String table) {
        Map<String, String> machine = Machine.description();
        return """
                # The NAT grid

                Two nodes start at the same moment behind two routers and find each other by IEX. The expectations were
                written down from RFC 4787 before the first run (`badger.grid.Expectations`; `./run.sh grid --list`
                shows them with the reason of each). *Leader* is the node that calls: where it is the left one of the
                pair or the right one matters to who sends first. *Path* is the kind of address at which the left node
                has the right one, and the right one the left; of an unreachable pair, what the left node says. The
                pairs that no direct path can connect come once more at the end, with an IEX server that relays.
                `src/test/lab/lab.sh` says how each router is built, and `LabTest` and `LabNatTest` prove that it does
                what its class says.

                `%s` on %s: %s, %s cores, kernel %s, %s.

                """.formatted(
                                ("./run.sh grid " + String.join(" ", arguments)).strip(),
                                LocalDate.now(ZoneId.systemDefault()),
                                machine.get("CPU"),
                                machine.get("Cores"),
                                machine.get("Kernel"),
                                machine.get("JDK"))
                + table;
    }
}
