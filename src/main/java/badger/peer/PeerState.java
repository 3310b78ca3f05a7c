package badger.peer;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Where the life of a peer stands. {@link #TABLE} has every way from one state to another. {@link #after}
 * looks a change up and refuses every one that the table lacks. Only {@code connect.PeerController.change} makes
 * changes, on the peer's thread; any thread reads.
 */
public enum PeerState {
    /** A map has named the peer; its thread has not looked yet. */
    NAMED,
    /** No session is wanted, and nothing is done. */
    DORMANT,
    /** There is no session: this node calls and punches. */
    SEEKING,
    /** There is a session, whose first authentic record has not come yet; a server sends nothing before that. */
    HOLDING_BACK,
    /** There is a session that sends. */
    CONNECTED,
    /** There is a session that sends, and this node calls for new keys. */
    RENEWING,
    /** The map lacks the peer, or the node ends. */
    CLOSED;

    /** What moves a peer from one state to another. */
    public enum Change {
        /** A session is wanted: sessions are opened at once, or a packet waits, or the peer has knocked or called. */
        WANTED,
        /** No session is wanted. */
        UNWANTED,
        /** The current session is new, or another than before, and holds back. */
        HELD_BACK,
        /** The current session may send: as a client, after its first authentic record, or after 500 ms. */
        RELEASED,
        /** The current session's key is old, or has sealed half of what it may. */
        KEY_AGED,
        /** The last session has ended, and another is wanted. */
        LOST,
        /** The last session has ended, or was closed because it carried nothing, and no other is wanted. */
        LET_GO,
        /** The peer is closed. */
        CLOSED
    }

    /** One way from a state to another. */
    public record Row(PeerState from, Change change, PeerState to) {}

    /** All rows of the table in docs/ARCHITECTURE.md, in the same order. */
    public static final List<Row> TABLE = List.of(
            new Row(NAMED, Change.WANTED, SEEKING),
            new Row(NAMED, Change.UNWANTED, DORMANT),
            new Row(NAMED, Change.HELD_BACK, HOLDING_BACK),
            new Row(DORMANT, Change.WANTED, SEEKING),
            new Row(DORMANT, Change.HELD_BACK, HOLDING_BACK),
            new Row(SEEKING, Change.UNWANTED, DORMANT),
            new Row(SEEKING, Change.HELD_BACK, HOLDING_BACK),
            new Row(SEEKING, Change.RELEASED, CONNECTED),
            new Row(HOLDING_BACK, Change.HELD_BACK, HOLDING_BACK),
            new Row(HOLDING_BACK, Change.RELEASED, CONNECTED),
            new Row(HOLDING_BACK, Change.LOST, SEEKING),
            new Row(HOLDING_BACK, Change.LET_GO, DORMANT),
            new Row(CONNECTED, Change.HELD_BACK, HOLDING_BACK),
            new Row(CONNECTED, Change.RELEASED, CONNECTED),
            new Row(CONNECTED, Change.KEY_AGED, RENEWING),
            new Row(CONNECTED, Change.LOST, SEEKING),
            new Row(CONNECTED, Change.LET_GO, DORMANT),
            new Row(RENEWING, Change.HELD_BACK, HOLDING_BACK),
            new Row(RENEWING, Change.RELEASED, CONNECTED),
            new Row(RENEWING, Change.LOST, SEEKING),
            new Row(RENEWING, Change.LET_GO, DORMANT),
            new Row(NAMED, Change.CLOSED, CLOSED),
            new Row(DORMANT, Change.CLOSED, CLOSED),
            new Row(SEEKING, Change.CLOSED, CLOSED),
            new Row(HOLDING_BACK, Change.CLOSED, CLOSED),
            new Row(CONNECTED, Change.CLOSED, CLOSED),
            new Row(RENEWING, Change.CLOSED, CLOSED));

    private static final Map<PeerState, Map<Change, PeerState>> NEXT = new EnumMap<>(PeerState.class);

    static {
        for (Row row : TABLE) {
            NEXT.computeIfAbsent(row.from(), _ -> new EnumMap<>(Change.class)).put(row.change(), row.to());
        }
    }

    /**
     * The state after a change.
     *
     * @throws IllegalStateException if the table does not have it
     */
    public PeerState after(Change change) {
        PeerState next = NEXT.getOrDefault(this, Map.of()).get(change);
        if (next == null) {
            throw new IllegalStateException("a peer that is " + this + " cannot be " + change);
        }
        return next;
    }

    /** Whether there is a session. */
    public boolean hasSession() {
        return this == HOLDING_BACK || this == CONNECTED || this == RENEWING;
    }
}
