package badger.bench;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A chart of horizontal bars in groups, as an SVG. It needs no script and no font of its own, and suits light and dark
 * pages.
 *
 * @param series the names of the bars of a group, in their order
 */
record BarChart(Text text, List<String> series, List<Group> groups) {
    /** Title, the line under it, and the decimals of the figures. */
    record Text(String title, String subtitle, int decimals) {}

    /** The bars of one path; an absent figure leaves its place empty. */
    record Group(String label, boolean highlighted, List<Optional<Statistics>> bars) {
        Group {
            bars = List.copyOf(bars);
        }
    }

    private static final int WIDTH = 860;
    private static final int LABEL_WIDTH = 160;
    private static final int FIGURE_WIDTH = 70;
    private static final int HEAD_HEIGHT = 84;
    private static final int BAR_HEIGHT = 15;
    private static final int BAR_STEP = 18;
    private static final int GROUP_GAP = 12;
    private static final int FOOT_HEIGHT = 34;
    private static final int PLOT_WIDTH = WIDTH - LABEL_WIDTH - FIGURE_WIDTH;

    private static final String STYLE = """
            <style>
            text { font-family: system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
            .title { font-size: 19px; font-weight: 600; }
            .small { font-size: 12px; fill: #57606a; }
            .label, .figure { font-size: 13px; }
            .highlighted { font-weight: 700; }
            .grid { stroke: #d0d7de; stroke-width: 1; }
            .range { stroke: #24292f; stroke-width: 1.5; }
            .bar0 { fill: #8c959f; } .bar1 { fill: #afb8c1; } .bar2 { fill: #d0d7de; }
            .own0 { fill: #bc4c00; } .own1 { fill: #e16f24; } .own2 { fill: #fb8f44; }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; } .small { fill: #9198a1; } .grid { stroke: #30363d; } .range { stroke: #e6edf3; }
            .bar0 { fill: #9198a1; } .bar1 { fill: #656c76; } .bar2 { fill: #3d444d; }
            }
            </style>
            """;

    BarChart {
        series = List.copyOf(series);
        groups = List.copyOf(groups);
    }

    String svg() {
        int groupHeight = series.size() * BAR_STEP + GROUP_GAP;
        int height = HEAD_HEIGHT + groups.size() * groupHeight + FOOT_HEIGHT;
        double step = tickStep(largest());
        double end = step * Math.ceil(largest() / step);
        try (Formatter svg = new Formatter(Locale.ROOT)) {
            svg.format(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n", WIDTH, height);
            svg.format("<title>%s</title>%n", escape(text.title()));
            svg.format("%s", STYLE);
            svg.format("<text class=\"title\" x=\"16\" y=\"28\">%s</text>%n", escape(text.title()));
            svg.format("<text class=\"small\" x=\"16\" y=\"48\">%s</text>%n", escape(text.subtitle()));
            legend(svg);
            axis(svg, step, end, height - FOOT_HEIGHT);
            for (int index = 0; index < groups.size(); index++) {
                group(svg, groups.get(index), HEAD_HEIGHT + index * groupHeight, PLOT_WIDTH / end);
            }
            svg.format("</svg>%n");
            return svg.toString();
        }
    }

    private void legend(Formatter svg) {
        int x = LABEL_WIDTH;
        for (int bar = 0; bar < series.size(); bar++) {
            svg.format("<rect class=\"own%d\" x=\"%d\" y=\"60\" width=\"6\" height=\"12\"/>%n", bar, x);
            svg.format("<rect class=\"bar%d\" x=\"%d\" y=\"60\" width=\"6\" height=\"12\"/>%n", bar, x + 6);
            svg.format("<text class=\"small\" x=\"%d\" y=\"70\">%s</text>%n", x + 18, escape(series.get(bar)));
            x += 40 + 7 * series.get(bar).length();
        }
        svg.format("<text class=\"small\" x=\"%d\" y=\"70\">line: lowest to highest round</text>%n", x);
    }

    private static void axis(Formatter svg, double step, double end, int bottom) {
        int ticks = (int) Math.round(end / step);
        for (int tick = 0; tick <= ticks; tick++) {
            double x = LABEL_WIDTH + PLOT_WIDTH * (double) tick / ticks;
            svg.format(
                    "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
                    x, HEAD_HEIGHT - 4, x, bottom);
            svg.format(
                    "<text class=\"small\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                    x, bottom + 16, trimmed(tick * step));
        }
    }

    private void group(Formatter svg, Group group, int top, double pixelsPerUnit) {
        double middle = top + series.size() * BAR_STEP / 2.0 + 3;
        svg.format(
                "<text class=\"label%s\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>%n",
                group.highlighted() ? " highlighted" : "", LABEL_WIDTH - 10, middle, escape(group.label()));
        for (int bar = 0; bar < group.bars().size(); bar++) {
            if (group.bars().get(bar).isPresent()) {
                String style = (group.highlighted() ? "own" : "bar") + bar;
                bar(svg, group.bars().get(bar).get(), style, top + bar * BAR_STEP, pixelsPerUnit);
            }
        }
    }

    private void bar(Formatter svg, Statistics statistics, String style, int y, double pixelsPerUnit) {
        svg.format(
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                style, LABEL_WIDTH, y, statistics.median() * pixelsPerUnit, BAR_HEIGHT);
        double range = y + BAR_HEIGHT / 2.0;
        double rangeEnd = LABEL_WIDTH + statistics.maximum() * pixelsPerUnit;
        if (statistics.count() > 1) {
            svg.format(
                    "<line class=\"range\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                    LABEL_WIDTH + statistics.minimum() * pixelsPerUnit, range, rangeEnd, range);
        }
        svg.format(
                "<text class=\"figure\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                rangeEnd + 6, y + 12, String.format(Locale.ROOT, "%." + text.decimals() + "f", statistics.median()));
    }

    private double largest() {
        double largest = groups.stream()
                .flatMap(group -> group.bars().stream())
                .flatMap(Optional::stream)
                .mapToDouble(Statistics::maximum)
                .max()
                .orElse(0);
        return largest > 0 ? largest : 1;
    }

    /** 1, 2 or 5 times a power of ten, so that four to ten steps reach the largest value. */
    static double tickStep(double largest) {
        double power = Math.pow(10, Math.floor(Math.log10(largest)));
        double leading = largest / power;
        if (leading < 2) {
            return power / 5;
        }
        return leading < 5 ? power / 2 : power;
    }

    private static String trimmed(double value) {
        String plain = String.format(Locale.ROOT, "%.3f", value);
        return plain.replaceFirst("\\.?0+$", "");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
