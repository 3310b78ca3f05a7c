package badger.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The charts of a run, for the report and the README. */
record Charts(RunDescription description, Results results) {
    /** Leaves out charts without a single sample. */
    Map<String, BarChart> byFileName() {
        Map<String, BarChart> charts = new LinkedHashMap<>();
        String machine = description.machine().getOrDefault("CPU", "") + ", "
                + description.machine().getOrDefault("Cores", "") + " cores, Linux "
                + description.machine().getOrDefault("Kernel", "");
        add(
                charts,
                "tcp.svg",
                new BarChart.Text("TCP throughput", "Gbit/s, more is better; " + machine, 2),
                List.of("1 stream", "4 streams"),
                List.of(Measure.TCP_1_OUT, Measure.TCP_4_OUT));
        add(
                charts,
                "udp.svg",
                new BarChart.Text("UDP rate without loss", "1000 packets per second, more is better; " + machine, 0),
                List.of("1400 bytes", "512 bytes", "64 bytes"),
                List.of(Measure.UDP_1400_RATE, Measure.UDP_512_RATE, Measure.UDP_64_RATE));
        add(
                charts,
                "rtt.svg",
                new BarChart.Text("Round trip beside a TCP stream", "ms, less is better; " + machine, 2),
                List.of("median", "99th percentile"),
                List.of(Measure.RTT_LOAD, Measure.RTT_LOAD_99));
        return charts;
    }

    private void add(
            Map<String, BarChart> charts,
            String file,
            BarChart.Text text,
            List<String> series,
            List<Measure> measures) {
        List<BarChart.Group> groups = new ArrayList<>();
        for (RunDescription.ComparedPath path : description.paths()) {
            List<Optional<Statistics>> values = measures.stream()
                    .map(measure -> results.statistics(path.name(), measure))
                    .toList();
            if (values.stream().anyMatch(Optional::isPresent)) {
                groups.add(new BarChart.Group(path.title(), path.name().equals("badger"), values));
            }
        }
        if (!groups.isEmpty()) {
            charts.put(file, new BarChart(text, series, groups));
        }
    }
}
