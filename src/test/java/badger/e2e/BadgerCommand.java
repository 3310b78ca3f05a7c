package badger.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of the program under test: this build's classes, with the flags of run.sh and assertions on. */
public final class BadgerCommand {
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private BadgerCommand() {}

    public static List<String> line(String... arguments) {
        return lineFrom(System.getProperty("java.class.path"), arguments);
    }

    /**
     * The same, compiled by the quick compiler (C1) alone: it is up with half the work, and slower for good. For tests
     * that start many nodes and carry little.
     */
    static List<String> quickLine(String... arguments) {
        List<String> words = new ArrayList<>(line(arguments));
        words.add(1, "-XX:TieredStopAtLevel=1");
        return words;
    }

    static List<String> lineFrom(String classPath, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                JAVA,
                "--enable-native-access=ALL-UNNAMED",
                // What belongs to a peer's thread asserts it.
                "-ea:badger...",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Xss512k",
                "-XX:-UsePerfData",
                "-cp",
                classPath,
                "badger.Badger"));
        words.addAll(List.of(arguments));
        return words;
    }
}
