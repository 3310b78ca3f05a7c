package badger.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import badger.session.PathState.Change;
import badger.session.PathState.Row;
import badger.testing.DocumentedTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every pair of state and change is either a row of the table, which is walked, or refused. */
final class PathStateTest {
    @Test
    void everyRowIsWalkedAndEverythingElseIsRefused() {
        int walked = 0;
        for (PathState from : PathState.values()) {
            for (Change change : Change.values()) {
                Optional<Row> row = PathState.TABLE.stream()
                        .filter(each -> each.from() == from && each.change() == change)
                        .findFirst();
                if (row.isPresent()) {
                    assertEquals(row.get().to(), from.after(change));
                    walked++;
                } else {
                    assertThrows(IllegalStateException.class, () -> from.after(change));
                }
            }
        }
        assertEquals(PathState.TABLE.size(), walked, "two rows for one pair");
    }

    @Test
    void theDocumentHasTheSameTable() throws IOException {
        List<String> rows = PathState.TABLE.stream()
                .map(row -> row.from() + " " + row.change() + " " + row.to())
                .toList();
        assertEquals(rows, DocumentedTable.rows("A path has a `PathState`", 3, PathState.TABLE.size()));
    }
}
