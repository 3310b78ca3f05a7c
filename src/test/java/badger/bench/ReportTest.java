package badger.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The report of made-up samples. */
final class ReportTest {
    private final Results results = new Results();

    @TempDir
    private Path folder;

    @Test
    void reportHasMediansRangesAndRatios() throws IOException {
        String markdown = written("report.md");
        assertTrue(markdown.contains("| Badger | 3.00 (2.00 to 4.00) |"), markdown);
        assertTrue(markdown.contains("| A &amp; B <rival> | 1.50 |") || markdown.contains("| A & B <rival> | 1.50 |"));
        assertTrue(
                markdown.contains("| A & B <rival> | 2.00 |"),
                "three times as much is twice one and a half: " + markdown);
        assertTrue(markdown.contains("Not compared: tinc, because it is not installed."));
        assertTrue(markdown.contains("nebula broke"));
    }

    @Test
    void reportComparesWithThePaper() throws IOException {
        results.add(PaperExperiment.NAT.baseline(), Measure.TCP_1_OUT, 0.950);
        results.add(PaperExperiment.NAT.badger(), Measure.TCP_1_OUT, 0.912);
        results.add(PaperExperiment.HUB.baseline(), Measure.TCP_1_OUT, 0.2);
        results.add(PaperExperiment.HUB.badger(), Measure.TCP_1_OUT, 0.86);
        String markdown = written("report.md");
        assertTrue(markdown.contains("| 0.950 | 0.912 | 0.96 | 4.0 % slower | 21 % slower |"), markdown);
        assertTrue(markdown.contains("| 0.200 | 0.860 | 4.30 | 330.0 % faster | 330 % faster |"), markdown);
    }

    @Test
    void jsonHasEverySample() throws IOException {
        JsonObject json = Json.parse(written("results.json")).asObject();
        JsonObject measure = json.get("paths")
                .asObject()
                .get("badger")
                .asObject()
                .get("measures")
                .asObject()
                .get("tcp1Out")
                .asObject();
        assertEquals("[2,4,3]", measure.get("samples").toString());
        assertEquals(3, measure.get("median").asDouble());
        assertEquals("Gbit/s", measure.get("unit").asString());
        assertEquals("a machine", json.get("machine").asObject().get("CPU").asString());
    }

    @Test
    void chartsAreWellFormedAndTheirBarsHaveTheRightLength() throws Exception {
        Element svg = parse(written("tcp.svg")).getDocumentElement();
        assertEquals("svg", svg.getTagName());
        double badger = width(svg, "own0");
        double rival = width(svg, "bar0");
        assertEquals(2, badger / rival, 0.01);
        assertFalse(Files.exists(folder.resolve("udp.svg")), "no chart without samples");
    }

    @Test
    void chartWithoutAnythingAboveZeroIsStillOne() throws Exception {
        BarChart chart = new BarChart(
                new BarChart.Text("title", "subtitle", 1),
                List.of("series"),
                List.of(new BarChart.Group("path", false, List.of(Optional.of(Statistics.of(List.of(0.0)))))));
        assertEquals("svg", parse(chart.svg()).getDocumentElement().getTagName());
    }

    @Test
    void ticksAreRoundAndNeitherFewNorMany() {
        for (double largest : List.of(0.0031, 0.2, 1.0, 1.99, 4.7, 9.99, 15.0, 312.0, 48_000.0)) {
            double ticks = Math.ceil(largest / BarChart.tickStep(largest));
            assertTrue(ticks >= 4 && ticks <= 10, largest + " has " + ticks + " ticks");
        }
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    /** The width of the longest bar of this class; the legend's squares are shorter. */
    private static double width(Element svg, String style) {
        double longest = 0;
        for (int index = 0; index < svg.getElementsByTagName("rect").getLength(); index++) {
            Element bar = (Element) svg.getElementsByTagName("rect").item(index);
            if (bar.getAttribute("class").equals(style)) {
                longest = Math.max(longest, Double.parseDouble(bar.getAttribute("width")));
            }
        }
        return longest;
    }

    private String written(String file) throws IOException {
        for (double sample : new double[] {2, 4, 3}) {
            results.add("badger", Measure.TCP_1_OUT, sample);
        }
        results.add("rival", Measure.TCP_1_OUT, 1.5);
        results.addFailure("nebula broke");
        RunDescription description = new RunDescription(
                "2026-01-01T00:00:00Z",
                "./run.sh bench",
                Map.of("CPU", "a machine"),
                Effort.full(3, 4),
                List.of(
                        new RunDescription.ComparedPath("badger", "Badger", "1", "as it comes", "src/bench/badger"),
                        new RunDescription.ComparedPath("rival", "A & B <rival>", "2", "fair", "src/bench/rival")),
                Map.of("tinc", "it is not installed"));
        new Report(description, results).write(folder);
        return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
    }
}
