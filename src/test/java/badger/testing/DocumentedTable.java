package badger.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A table of docs/ARCHITECTURE.md, for tests that hold it against the program. */
public final class DocumentedTable {
    private static final Path DOCUMENT = Path.of("docs/ARCHITECTURE.md");

    private DocumentedTable() {}

    /**
     * The first columns of the rows of the table that comes next after {@code mark}, without its head.
     *
     * @param most at most one row more is returned than this, so that a table that is too long shows
     * @return one string for each row, with a space between the columns
     */
    public static List<String> rows(String mark, int columns, int most) throws IOException {
        String text = Files.readString(DOCUMENT);
        return text.substring(text.indexOf(mark))
                .lines()
                .dropWhile(line -> !line.startsWith("| "))
                .takeWhile(line -> line.startsWith("| "))
                .skip(2)
                .limit(most + 1L)
                .map(line -> Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .limit(columns)
                        .map(String::strip)
                        .collect(Collectors.joining(" ")))
                .toList();
    }
}
