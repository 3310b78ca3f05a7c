package badger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The main class of {@code ./run.sh bench}. It brings all paths up, measures them in turns, writes the report and takes
 * everything down, also when it is told to stop. It runs in the root of the source tree, as root. BADGER_JAVA,
 * BADGER_FLAGS and BADGER_JAR in the environment say how a node is started.
 */
@Command(
        name = "./run.sh bench",
        sortOptions = false,
        description = "Compares Badger with the bare cable and with every rival installed, in network namespaces.")
public final class Bench implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Spec
    private CommandSpec spec;

    private String[] arguments = {};

    /** Ends with 0 when there is a report, 1 when something failed, 2 on a wrong option. */
    public static void main(String[] arguments) {
        Bench bench = new Bench();
        bench.arguments = arguments.clone();
        System.exit(new CommandLine(bench)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("bench: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
        Path output = options.output != null ? options.output : Path.of("target/bench", timestamp(now));
        Files.createDirectories(output);
        List<RunDescription.ComparedPath> compared = new ArrayList<>();
        Map<String, String> absent = new LinkedHashMap<>();
        List<PathScript> scripts = find(compared, absent);
        RunDescription description = new RunDescription(
                now.format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
                ("./run.sh bench " + String.join(" ", arguments)).strip(),
                Machine.description(),
                options.effort(),
                compared,
                absent);
        Results results = new Results();
        try (Session session = new Session(options.effort(), results, output.resolve("logs"))) {
            session.bringUp(scripts);
            if (options.includes("paper") && !options.quick) {
                session.bringUpPaper(script("badger"), script("openvpn-hub"));
            }
            session.run();
        }
        new Report(description, results).write(output);
        System.out.println("\n" + new MarkdownReport(description, results).summary());
        System.out.println("Report, samples and charts: " + output);
        return results.failures().isEmpty() ? 0 : 1;
    }

    private void checkOptions() {
        if (options.rounds < 1 || options.rounds > 100 || options.seconds < 1 || options.seconds > 600) {
            throw new ParameterException(spec.commandLine(), "--rounds is 1 to 100, --seconds 1 to 600");
        }
        for (String name : options.only) {
            if (!PathScript.NAMES.contains(name) && !name.equals("paper")) {
                throw new ParameterException(
                        spec.commandLine(),
                        "There is no path " + name + "; there are " + String.join(", ", PathScript.NAMES)
                                + " and paper.");
            }
        }
    }

    /** The paths that can run here, in order; says of the others why they cannot. */
    private List<PathScript> find(List<RunDescription.ComparedPath> compared, Map<String, String> absent) {
        List<PathScript> found = new ArrayList<>();
        for (String name : PathScript.NAMES) {
            if (!options.includes(name)) {
                continue;
            }
            PathScript script = script(name);
            badger.bench.Command.Outcome version = script.version();
            if (version.succeeded()) {
                found.add(script);
                compared.add(
                        RunDescription.ComparedPath.of(script, version.output().strip()));
            } else {
                absent.put(script.title(), version.lastLine());
                System.out.println(script.title() + " is left out: " + version.lastLine());
            }
        }
        return found;
    }

    private static PathScript script(String name) {
        return PathScript.named(name, Map.of());
    }

    private static String timestamp(ZonedDateTime now) {
        return LocalDateTime.from(now).format(DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss"));
    }
}
