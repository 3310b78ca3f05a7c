package badger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** report.md: tables of medians with the range of all rounds. */
record MarkdownReport(RunDescription description, Results results) {
    /** The measures that Badger is compared with each path by, in the summary. */
    private static final List<Measure> HEADLINES = List.of(
            Measure.TCP_1_OUT,
            Measure.TCP_4_OUT,
            Measure.UDP_1400_RATE,
            Measure.UDP_64_RATE,
            Measure.RTT_LOAD,
            Measure.CPU_TUNNEL,
            Measure.MEMORY_LOADED);

    String text() {
        StringBuilder text = new StringBuilder(8192);
        text.append("# Badger compared\n\n")
                .append("```\n")
                .append(description.command())
                .append("\n```\n\n");
        text.append(machine()).append('\n').append(paths()).append('\n');
        text.append("## Figures\n\nMedian of ")
                .append(description.effort().rounds())
                .append(" interleaved round(s) of ")
                .append(description.effort().seconds())
                .append(" s each, and in parentheses the lowest and highest.\n\n");
        text.append("![TCP throughput](tcp.svg)\n\n");
        text.append(
                figures("TCP (Gbit/s)", Measure.TCP_1_OUT, Measure.TCP_1_BACK, Measure.TCP_4_OUT, Measure.TCP_4_BACK));
        text.append("![UDP rate without loss](udp.svg)\n\n");
        text.append(figures(
                "UDP, highest rate with under 0.5 % loss (kpacket/s)",
                Measure.UDP_1400_RATE, Measure.UDP_512_RATE, Measure.UDP_64_RATE));
        text.append(figures(
                "UDP, what gets through under flood (kpacket/s)",
                Measure.UDP_1400_FLOOD,
                Measure.UDP_512_FLOOD,
                Measure.UDP_64_FLOOD));
        text.append("![Round trips under load](rtt.svg)\n\n");
        text.append(figures(
                "Round trips (ms)", Measure.RTT_IDLE, Measure.RTT_IDLE_99, Measure.RTT_LOAD, Measure.RTT_LOAD_99));
        text.append(figures(
                "Cost: CPU seconds per gigabyte of one TCP stream, resident memory (MB)",
                Measure.CPU_TUNNEL,
                Measure.CPU_MACHINE,
                Measure.MEMORY_IDLE,
                Measure.MEMORY_LOADED));
        text.append(ratios()).append(experiments()).append(method()).append(failures());
        return text.toString();
    }

    /** A few lines for the terminal. */
    String summary() {
        return figures(
                        "Medians (lowest to highest)",
                        Measure.TCP_1_OUT,
                        Measure.TCP_4_OUT,
                        Measure.UDP_1400_RATE,
                        Measure.RTT_LOAD)
                + experiments();
    }

    private String machine() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("Date", description.started()));
        description.machine().forEach((name, value) -> rows.add(List.of(name, value)));
        return Report.table(List.of("Machine", ""), rows);
    }

    private String paths() {
        List<List<String>> rows = new ArrayList<>();
        for (RunDescription.ComparedPath path : description.paths()) {
            rows.add(List.of(path.title(), path.version(), path.settings(), "`" + path.where() + "`"));
        }
        String table = Report.table(List.of("Path", "Version", "Settings", "Files"), rows);
        StringBuilder absent = new StringBuilder();
        for (Map.Entry<String, String> path : description.absent().entrySet()) {
            absent.append("\nNot compared: ")
                    .append(path.getKey())
                    .append(", because ")
                    .append(path.getValue())
                    .append(".\n");
        }
        return table + absent;
    }

    /** A section with one row per path; empty when nothing of it was measured. */
    private String figures(String title, Measure... measures) {
        List<String> header = new ArrayList<>(List.of("Path"));
        List<Measure> measured = new ArrayList<>();
        for (Measure measure : measures) {
            if (description.paths().stream()
                    .anyMatch(path -> !results.samples(path.name(), measure).isEmpty())) {
                measured.add(measure);
                header.add(measure.title() + ", " + measure.unit());
            }
        }
        if (measured.isEmpty()) {
            return "";
        }
        List<List<String>> rows = new ArrayList<>();
        for (RunDescription.ComparedPath path : description.paths()) {
            List<String> row = new ArrayList<>(List.of(path.title()));
            for (Measure measure : measured) {
                row.add(cell(results.statistics(path.name(), measure), measure.decimals()));
            }
            rows.add(row);
        }
        return "### " + title + "\n\n" + Report.table(header, rows) + "\n";
    }

    private String ratios() {
        List<List<String>> rows = new ArrayList<>();
        for (RunDescription.ComparedPath path : description.paths()) {
            if (path.name().equals("badger")) {
                continue;
            }
            List<String> row = new ArrayList<>(List.of(path.title()));
            for (Measure measure : HEADLINES) {
                row.add(ratio(measure, "badger", path.name())
                        .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                        .orElse(""));
            }
            rows.add(row);
        }
        if (rows.isEmpty() || results.samples("badger", Measure.TCP_1_OUT).isEmpty()) {
            return "";
        }
        List<String> header = new ArrayList<>(List.of("Badger divided by"));
        HEADLINES.forEach(measure -> header.add(measure.title()));
        return "### Ratios of medians\n\nMore is better for throughput and rates; less is better for round trips, CPU"
                + " and memory.\n\n" + Report.table(header, rows) + "\n";
    }

    private Optional<Double> ratio(Measure measure, String of, String to) {
        return results.statistics(of, measure)
                .flatMap(part -> results.statistics(to, measure)
                        .filter(whole -> whole.median() > 0)
                        .map(whole -> part.median() / whole.median()));
    }

    private String experiments() {
        List<List<String>> rows = new ArrayList<>();
        for (PaperExperiment experiment : PaperExperiment.values()) {
            for (Measure measure : List.of(Measure.TCP_1_OUT, Measure.TCP_1_BACK)) {
                Optional<Statistics> baseline = results.statistics(experiment.baseline(), measure);
                Optional<Statistics> badger = results.statistics(experiment.badger(), measure);
                if (baseline.isEmpty() || badger.isEmpty()) {
                    continue;
                }
                double ratio = badger.get().median() / baseline.get().median();
                rows.add(List.of(
                        experiment.title(),
                        measure.title(),
                        cell(baseline, 3),
                        cell(badger, 3),
                        String.format(Locale.ROOT, "%.2f", ratio),
                        String.format(
                                Locale.ROOT,
                                "%.1f %% %s",
                                Math.abs(100 * (ratio - 1)),
                                ratio < 1 ? "slower" : "faster"),
                        experiment.paperSays()));
            }
        }
        if (rows.isEmpty()) {
            return "";
        }
        return "### The paper's experiments (Gbit/s)\n\n"
                + Report.table(
                        List.of("Experiment", "Measure", "Baseline", "Badger", "Ratio", "Badger is", "In the paper"),
                        rows)
                + "\n";
    }

    private static String method() {
        return """
                ### How it was measured

                Every path has two network namespaces of its own on one veth cable (a third host for IEX or a lighthouse
                stands beside); load generator, both ends of the tunnel and iperf3 share this machine's cores. All paths
                are up all the time. In each round their daemons are new and carry TCP both ways first, for 3 s each
                way, or 15 s where code is compiled while it runs; then the paths take turns at every measure, and in
                each round another one begins. UDP sizes are those of the IP packet inside the tunnel. The rate without
                loss is found in the manner of RFC 2544 by halving, with a tolerated loss of 0.5 % and short trials.
                Round trips are those of ping, 100 a second, idle and beside one TCP stream from left to right. CPU is
                what the tunnel's two processes used, and what all cores were busy with (load generator and everything
                else on the machine included), per 10^9 bytes that one TCP stream carried, both directions together.
                """;
    }

    private String failures() {
        if (results.failures().isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\n### What failed\n\n");
        results.failures()
                .forEach(failure -> text.append("```\n").append(failure).append("\n```\n"));
        return text.toString();
    }

    private static String cell(Optional<Statistics> statistics, int decimals) {
        if (statistics.isEmpty()) {
            return "";
        }
        Statistics known = statistics.get();
        String format = "%." + decimals + "f";
        String median = String.format(Locale.ROOT, format, known.median());
        return known.count() == 1
                ? median
                : median
                        + String.format(
                                Locale.ROOT, " (" + format + " to " + format + ")", known.minimum(), known.maximum());
    }
}
