package badger.bench;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.WriterConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a run leaves: results.json with every sample, report.md, and the charts. */
record Report(RunDescription description, Results results) {
    /** The folder must be there. */
    void write(Path folder) throws IOException {
        write(folder.resolve("results.json"), json().toString(WriterConfig.PRETTY_PRINT) + "\n");
        write(folder.resolve("report.md"), new MarkdownReport(description, results).text());
        for (Map.Entry<String, BarChart> chart :
                new Charts(description, results).byFileName().entrySet()) {
            write(folder.resolve(chart.getKey()), chart.getValue().svg());
        }
    }

    JsonObject json() {
        JsonObject machine = Json.object();
        description.machine().forEach(machine::add);
        JsonObject absent = Json.object();
        description.absent().forEach(absent::add);
        JsonArray failures = Json.array();
        results.failures().forEach(failures::add);
        JsonObject paths = Json.object();
        for (RunDescription.ComparedPath path : description.paths()) {
            paths.add(
                    path.name(),
                    Json.object()
                            .add("title", path.title())
                            .add("version", path.version())
                            .add("settings", path.settings())
                            .add("measures", measures(path.name())));
        }
        JsonObject experiments = Json.object();
        for (PaperExperiment experiment : PaperExperiment.values()) {
            experiments.add(
                    experiment.key(),
                    Json.object()
                            .add("baseline", measures(experiment.baseline()))
                            .add("badger", measures(experiment.badger())));
        }
        return Json.object()
                .add("started", description.started())
                .add("command", description.command())
                .add("rounds", description.effort().rounds())
                .add("seconds", description.effort().seconds())
                .add("machine", machine)
                .add("paths", paths)
                .add("absent", absent)
                .add("paperExperiments", experiments)
                .add("failures", failures);
    }

    private JsonObject measures(String path) {
        JsonObject measures = Json.object();
        for (Measure measure : Measure.values()) {
            results.statistics(path, measure).ifPresent(statistics -> {
                JsonArray samples = Json.array();
                results.samples(path, measure).forEach(samples::add);
                measures.add(
                        measure.key(),
                        Json.object()
                                .add("unit", measure.unit())
                                .add("median", statistics.median())
                                .add("minimum", statistics.minimum())
                                .add("maximum", statistics.maximum())
                                .add("medianAbsoluteDeviation", statistics.deviation())
                                .add("samples", samples));
            });
        }
        return measures;
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    /** A Markdown table. */
    static String table(List<String> header, List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        lines.add("| " + String.join(" | ", header) + " |");
        lines.add("|" + " --- |".repeat(header.size()));
        for (List<String> row : rows) {
            lines.add("| " + String.join(" | ", row) + " |");
        }
        return String.join("\n", lines) + "\n";
    }
}
