package badger.session;

import java.util.List;

/**
 * Where the life of one path to a peer stands. {@link #TABLE} has every way from one state to another. {@link
 * #after} looks a change up and refuses every one that the table lacks. A path under trial has no socket yet
 * ({@code path.PathAttempt}); a path in use is a {@link PeerPath}. Changed by the peer's thread.
 */
public enum PathState {
    /** Challenges go there; none was answered yet. */
    TRIED,
    /** A challenge was answered recently. */
    VALIDATED,
    /** Sessions send there. */
    IN_USE,
    /** Sessions send elsewhere; datagrams that are still under way on the path are read. */
    LEAVING,
    /** Nothing is sent or read any more. */
    CLOSED;

    /** What moves a path from one state to another. */
    public enum Change {
        /** A challenge was answered. */
        ANSWERED,
        /** A session begins to send there, because it is new or because it moved. */
        TAKEN,
        /** The sessions have moved elsewhere. */
        LEFT,
        /** Nobody answers, the answer is too old, or nobody uses the path any more. */
        OVER
    }

    /** One way from a state to another. */
    public record Row(PathState from, Change change, PathState to) {}

    /** All rows of the table in docs/ARCHITECTURE.md, in the same order. */
    public static final List<Row> TABLE = List.of(
            new Row(TRIED, Change.ANSWERED, VALIDATED),
            new Row(TRIED, Change.OVER, CLOSED),
            new Row(VALIDATED, Change.TAKEN, IN_USE),
            new Row(VALIDATED, Change.OVER, CLOSED),
            new Row(IN_USE, Change.TAKEN, IN_USE),
            new Row(IN_USE, Change.LEFT, LEAVING),
            new Row(IN_USE, Change.OVER, CLOSED),
            new Row(LEAVING, Change.OVER, CLOSED));

    /**
     * The state after a change.
     *
     * @throws IllegalStateException if the table does not have it
     */
    public PathState after(Change change) {
        // No iterator: a path may be tried often.
        for (int i = 0; i < TABLE.size(); i++) {
            Row row = TABLE.get(i);
            if (row.from() == this && row.change() == change) {
                return row.to();
            }
        }
        throw new IllegalStateException("a path that is " + this + " cannot be " + change);
    }
}
