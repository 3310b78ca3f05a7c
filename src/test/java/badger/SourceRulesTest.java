package badger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the formatter leaves alone: the width of comments and texts, the length of files, a word about each package. */
final class SourceRulesTest {
    private static final int MOST_COLUMNS = 120;
    private static final int MOST_LINES = 400;

    @Test
    void linesEndAtColumn120() throws IOException {
        List<String> wide = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                int columns = lines.get(i).codePointCount(0, lines.get(i).length());
                if (columns > MOST_COLUMNS) {
                    wide.add(file + ":" + (i + 1) + ": " + columns + " columns");
                }
            }
        }
        assertNone(wide);
    }

    @Test
    void filesEndAtLine400() throws IOException {
        List<String> longFiles = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MOST_LINES) {
                longFiles.add(file + ": " + lines + " lines");
            }
        }
        assertNone(longFiles);
    }

    @Test
    void everyPackageOfTheProgramSaysWhatItIs() throws IOException {
        List<String> silent = SourceTree.javaFiles().stream()
                .filter(file -> file.startsWith(SourceTree.PROGRAM))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .map(folder -> folder + " has no package-info.java")
                .toList();
        assertNone(silent);
    }

    /** That the files are looked for where they are. */
    @Test
    void filesAreFound() throws IOException {
        List<Path> files = SourceTree.javaFiles();
        assertTrue(files.contains(Path.of("src/main/java/badger/Badger.java")), files::toString);
        assertTrue(files.contains(Path.of("src/test/java/badger/SourceRulesTest.java")), files::toString);
        assertTrue(files.stream().anyMatch(file -> file.startsWith("jmh")), files::toString);
    }

    private static void assertNone(List<String> offenders) {
        assertTrue(offenders.isEmpty(), () -> "\n" + String.join("\n", offenders));
    }
}
