package badger.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest events on the way to one peer; they tell a user why the peer is or is not connected. Any thread. */
public final class PeerEventLog {
    /** Covers some minutes of a peer that cannot be reached. */
    static final int MOST = 64;

    private final Deque<PeerEvent> events = new ArrayDeque<>();

    /** Adds an event of that time; drops the oldest when there are too many. */
    public synchronized void add(long atNanos, PeerEvent.Kind kind, String detail) {
        if (events.size() == MOST) {
            events.removeFirst();
        }
        events.addLast(new PeerEvent(atNanos, kind, detail));
    }

    /** As {@link #add}, but not if the newest event is of the same kind, so that repetitions push nothing out. */
    public synchronized void addUnlessNewest(long atNanos, PeerEvent.Kind kind, String detail) {
        if (events.isEmpty() || events.peekLast().kind() != kind) {
            add(atNanos, kind, detail);
        }
    }

    /** All of them, oldest first. */
    public synchronized List<PeerEvent> list() {
        return List.copyOf(events);
    }
}
