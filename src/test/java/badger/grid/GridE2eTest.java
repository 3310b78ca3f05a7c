package badger.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The corners of the NAT grid, once each; {@code ./run.sh grid} runs all of it. */
@Tag("netns")
@NeedsTheMachine
final class GridE2eTest {
    private static final List<String> PAIRS = List.of("cone-hard", "same-lan-hard", "two-homes-one-carrier");

    @Test
    void cornersOfTheGridComeOutAsRfc4787Allows() {
        List<String> rows = new ArrayList<>();
        List<GridCell> cells = Expectations.all().stream()
                .filter(cell -> PAIRS.contains(cell.name()))
                .toList();
        assertEquals(PAIRS.size(), cells.size());
        for (GridCell cell : cells) {
            for (GridResult result : Grid.results(cell, 1, Duration.ofSeconds(10))) {
                System.out.println(result.row());
                if (!result.isAsExpected()) {
                    rows.add(result.row());
                }
            }
        }
        assertTrue(rows.isEmpty(), () -> "not as expected:\n" + String.join("\n", rows));
    }
}
