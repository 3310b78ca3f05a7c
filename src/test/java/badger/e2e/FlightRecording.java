package badger.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a JVM tells about its memory while it runs: every collection, how much each platform thread has allocated, and
 * where. Thread-local buffers of 2 KB leave no thread long without an event.
 */
final class FlightRecording {
    private static final String THREAD_STATISTICS = "jdk.ThreadAllocationStatistics";
    private static final List<String> ALLOCATIONS =
            List.of("jdk.ObjectAllocationInNewTLAB", "jdk.ObjectAllocationOutsideTLAB");
    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");
    private static final Path FOLDER = Path.of("target/e2e-logs").toAbsolutePath();
    private static final int STACK_FRAMES = 40;
    private static final Duration DUMP = Duration.ofSeconds(30);

    private final Path collections;
    private final Path settings;
    private final Path dump;

    /** @param name tells this JVM's files, which stay in target/e2e-logs, from others' */
    FlightRecording(String name) {
        collections = FOLDER.resolve(name + "-gc.log");
        settings = FOLDER.resolve(name + ".jfc");
        dump = FOLDER.resolve(name + ".jfr");
    }

    /** The flags of the JVM to be watched. */
    List<String> flags() {
        StringBuilder text = new StringBuilder("<configuration version=\"2.0\">");
        for (String event : ALLOCATIONS) {
            text.append(event(event, "stackTrace", "true"));
        }
        text.append(event(THREAD_STATISTICS, "period", "500 ms")).append("</configuration>");
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(settings, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of(
                "-Xlog:gc:file=" + collections + ":time",
                "-XX:StartFlightRecording=settings=" + settings,
                // Beside the rest: a JVM that is killed leaves its repository where it is, by default in /tmp.
                "-XX:FlightRecorderOptions=repository=" + dump.resolveSibling("recorder"),
                "-XX:MinTLABSize=2k",
                "-XX:TLABSize=2k",
                "-XX:-ResizeTLAB");
    }

    private static String event(String name, String setting, String value) {
        return "<event name=\"" + name + "\"><setting name=\"enabled\">true</setting><setting name=\"" + setting + "\">"
                + value + "</setting></event>";
    }

    /** Has the JVM write what it has recorded so far. */
    void dump(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Command.require(DUMP, List.of(jcmd, Long.toString(pid), "JFR.dump", "filename=" + dump));
    }

    /** The lines of the collector's log from within the window. */
    List<String> collections(Instant from, Instant to) throws IOException {
        return Files.readAllLines(collections).stream()
                .filter(line -> line.contains("Pause"))
                .filter(line -> {
                    Instant at = LOG_TIME.parse(line.substring(1, line.indexOf(']')), Instant::from);
                    return at.isAfter(from) && at.isBefore(to);
                })
                .toList();
    }

    /**
     * Returns the bytes that each platform thread, by its name, allocated between its first and last count in the
     * window.
     */
    Map<String, Long> allocatedBytes(Instant from, Instant to) throws IOException {
        Map<String, Long> first = new TreeMap<>();
        Map<String, Long> bytes = new TreeMap<>();
        for (RecordedEvent event : events(from, to)) {
            RecordedThread thread =
                    event.getEventType().getName().equals(THREAD_STATISTICS) ? event.getThread("thread") : null;
            if (thread != null && thread.getJavaName() != null) {
                long allocated = event.getLong("allocated");
                first.putIfAbsent(thread.getJavaName(), allocated);
                bytes.put(thread.getJavaName(), allocated - first.get(thread.getJavaName()));
            }
        }
        return bytes;
    }

    /** The allocations in the window that were worth an event, one line for each: thread, class, stack. */
    List<String> allocations(Instant from, Instant to) throws IOException {
        List<String> lines = new ArrayList<>();
        for (RecordedEvent event : events(from, to)) {
            if (ALLOCATIONS.contains(event.getEventType().getName())) {
                RecordedThread thread = event.getThread();
                StringBuilder line = new StringBuilder(thread == null ? "?" : thread.getJavaName())
                        .append(' ')
                        .append(event.getClass("objectClass").getName());
                if (event.getStackTrace() != null) {
                    event.getStackTrace().getFrames().stream()
                            .limit(STACK_FRAMES)
                            .forEach(frame -> line.append(" < ")
                                    .append(frame.getMethod().getType().getName())
                                    .append('.')
                                    .append(frame.getMethod().getName())
                                    .append(':')
                                    .append(frame.getLineNumber()));
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    private List<RecordedEvent> events(Instant from, Instant to) throws IOException {
        return RecordingFile.readAllEvents(dump).stream()
                .filter(event -> event.getStartTime().isAfter(from)
                        && event.getStartTime().isBefore(to))
                .sorted((one, other) -> one.getStartTime().compareTo(other.getStartTime()))
                .toList();
    }
}
