package badger.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command itself, over the bare cable, which needs no rival. */
@Tag("netns")
@NeedsTheMachine
final class BenchE2eTest {
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    @Test
    void quickRunOfTheBareCableMeasuresAndLeavesNothingBehind() throws Exception {
        Path output = folder.resolve("report");
        Path log = folder.resolve("log");
        Process run = bench("--quick", "--only", "bare", "--output", output.toString())
                .startInBackground(log);
        assertTrue(run.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, run.exitValue(), () -> Machine.read(log.toString()));
        JsonObject measures = Json.parse(Files.readString(output.resolve("results.json"), StandardCharsets.UTF_8))
                .asObject()
                .get("paths")
                .asObject()
                .get("bare")
                .asObject()
                .get("measures")
                .asObject();
        for (Measure measure :
                List.of(Measure.TCP_1_OUT, Measure.TCP_1_BACK, Measure.UDP_1400_FLOOD, Measure.RTT_LOAD)) {
            double median = measures.get(measure.key()).asObject().get("median").asDouble();
            assertTrue(median > 0, measure + " is " + median);
        }
        assertTrue(Files.size(output.resolve("tcp.svg")) > 0);
        assertFalse(namespaces().contains("bench" + run.pid() + "-"), BenchE2eTest::namespaces);
        assertEquals(List.of(), processesThatLogInto(output));
    }

    @Test
    void interruptedRunLeavesNothingBehind() throws Exception {
        Path log = folder.resolve("log");
        Process run = bench(
                        "--only", "bare", "--output", folder.resolve("report").toString())
                .startInBackground(log);
        String lab = "bench" + run.pid() + "-";
        for (int attempt = 0;
                !Files.readString(log, StandardCharsets.UTF_8).contains("rounds over") && attempt < 1000;
                attempt++) {
            Pause.millis(20);
        }
        assertTrue(namespaces().contains(lab), () -> "no " + lab + " in " + namespaces());
        run.destroy(); // SIGTERM; Ctrl-C ends a JVM the same way
        assertTrue(run.waitFor(20, TimeUnit.SECONDS));
        assertFalse(namespaces().contains(lab), BenchE2eTest::namespaces);
        assertEquals(List.of(), processesThatLogInto(folder));
    }

    @Test
    void unknownPathIsAUsageError() {
        Command.Outcome outcome = bench("--only", "carrier-pigeon").run(DEADLINE);
        assertEquals(2, outcome.status(), outcome.output());
        assertTrue(outcome.output().contains("There is no path carrier-pigeon"), outcome.output());
    }

    /** Every process of a run writes to a log in its output folder. */
    private static List<String> processesThatLogInto(Path output) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/fd/1"))
                                .startsWith(output);
                    } catch (IOException e) {
                        return false; // It has ended, or is a thread of the kernel.
                    }
                })
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse(""))
                .toList();
    }

    private static String namespaces() {
        return Command.of("ip", "netns", "list").require(DEADLINE);
    }

    private static Command bench(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "badger.bench.Bench"));
        words.addAll(List.of(arguments));
        return new Command(words, Map.of());
    }
}
