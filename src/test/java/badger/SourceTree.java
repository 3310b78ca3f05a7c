package badger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The files of the source tree, by their paths from its root, in which tests run. */
final class SourceTree {
    static final Path PROGRAM = Path.of("src/main/java");

    private static final Path ROOT = Path.of("");

    /** What jextract wrote. */
    private static final Path BINDINGS = Path.of("bindings");

    /** Made by the build, or not of the tree. */
    private static final Set<Path> NOT_OURS = Set.of(Path.of("target"), Path.of(".git"), Path.of(".mvn"));

    private SourceTree() {}

    /** Every Java file that somebody wrote: of the program, the tests, the benchmarks and whatever else there is. */
    static List<Path> javaFiles() throws IOException {
        return find(".java").filter(file -> !file.startsWith(BINDINGS)).toList();
    }

    /** The same and the bindings. */
    static List<Path> javaFilesAndBindings() throws IOException {
        return find(".java").toList();
    }

    static List<Path> documents() throws IOException {
        return find(".md").toList();
    }

    private static Stream<Path> find(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all
                    .filter(file -> NOT_OURS.stream().noneMatch(file::startsWith))
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList()
                    .stream();
        }
    }
}
