package badger.discovery;

import badger.message.Heartbeat;
import badger.peer.KnockSender;
import badger.time.Deadlines;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The peers that this node wants to knock at, until the next heartbeat that may carry them. Any thread. */
public final class KnockQueue implements KnockSender {
    /** Peers beyond this number wait for the next map. */
    static final int MOST_WAITING = 64;

    /** IEX reads ten heartbeats in a second, and answers every one that has no knock in it. */
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Runnable whenFirst;
    private final Set<Integer> waiting = new LinkedHashSet<>();
    private long nextNanos;
    private boolean isStarted;

    /** @param whenFirst called, by the thread that knocks, when the first peer begins to wait */
    public KnockQueue(Runnable whenFirst) {
        this.whenFirst = whenFirst;
    }

    @Override
    public void knock(int virtualAddress) {
        if (add(virtualAddress)) {
            whenFirst.run();
        }
    }

    /** Adds a peer. @return whether it is the only one that waits */
    private synchronized boolean add(int virtualAddress) {
        return waiting.size() < MOST_WAITING && waiting.add(virtualAddress) && waiting.size() == 1;
    }

    /** The peers that go with a heartbeat now; mostly none. */
    synchronized List<Integer> take(long nowNanos) {
        if (waiting.isEmpty() || (isStarted && nowNanos - nextNanos < 0)) {
            return List.of();
        }
        List<Integer> taken = new ArrayList<>(Heartbeat.MOST_KNOCKS);
        Iterator<Integer> oldest = waiting.iterator();
        while (oldest.hasNext() && taken.size() < Heartbeat.MOST_KNOCKS) {
            taken.add(oldest.next());
            oldest.remove();
        }
        isStarted = true;
        nextNanos = nowNanos + SHORTEST_PAUSE_NANOS;
        return taken;
    }

    /** Sets when {@link #take} has something to give, if it has. */
    synchronized void schedule(Deadlines<LinkTimer> deadlines, long nowNanos) {
        if (waiting.isEmpty()) {
            deadlines.stop(LinkTimer.KNOCK);
        } else {
            deadlines.set(LinkTimer.KNOCK, isStarted ? nextNanos : nowNanos);
        }
    }
}
