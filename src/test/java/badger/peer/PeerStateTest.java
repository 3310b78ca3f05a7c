package badger.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.peer.PeerState.Change;
import badger.peer.PeerState.Row;
import badger.testing.DocumentedTable;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every pair of state and change is either a row of the table, which is walked, or refused. */
final class PeerStateTest {
    @Test
    void everyRowIsWalkedAndEverythingElseIsRefused() {
        int walked = 0;
        for (PeerState from : PeerState.values()) {
            for (Change change : Change.values()) {
                Optional<Row> row = row(from, change);
                if (row.isPresent()) {
                    assertEquals(row.get().to(), from.after(change));
                    walked++;
                } else {
                    String refusal = assertThrows(IllegalStateException.class, () -> from.after(change))
                            .getMessage();
                    assertTrue(refusal.contains(from.name()) && refusal.contains(change.name()), refusal);
                }
            }
        }
        assertEquals(PeerState.TABLE.size(), walked, "two rows for one pair");
    }

    @Test
    void theDocumentHasTheSameTable() throws IOException {
        List<String> rows = PeerState.TABLE.stream()
                .map(row -> row.from() + " " + row.change() + " " + row.to())
                .toList();
        assertEquals(rows, DocumentedTable.rows("## The life of a peer", 3, PeerState.TABLE.size()));
    }

    @Test
    void everyStateIsReachedFromTheFirstAndAllButTheLastHaveAWayOn() {
        Set<PeerState> reached = EnumSet.of(PeerState.NAMED);
        for (int i = 0; i < PeerState.values().length; i++) {
            PeerState.TABLE.stream()
                    .filter(row -> reached.contains(row.from()))
                    .map(Row::to)
                    .forEach(reached::add);
        }
        assertEquals(EnumSet.allOf(PeerState.class), reached);
        Set<PeerState> left = PeerState.TABLE.stream()
                .filter(row -> row.from() != row.to())
                .map(Row::from)
                .collect(Collectors.toSet());
        assertEquals(EnumSet.complementOf(EnumSet.of(PeerState.CLOSED)), left);
    }

    @Test
    void thoseWithASessionAreThree() {
        assertEquals(
                EnumSet.of(PeerState.HOLDING_BACK, PeerState.CONNECTED, PeerState.RENEWING),
                EnumSet.allOf(PeerState.class).stream()
                        .filter(PeerState::hasSession)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(PeerState.class))));
        assertFalse(PeerState.SEEKING.hasSession());
    }

    private static Optional<Row> row(PeerState from, Change change) {
        return PeerState.TABLE.stream()
                .filter(row -> row.from() == from && row.change() == change)
                .findFirst();
    }
}
