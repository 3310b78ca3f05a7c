package badger.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.message.Heartbeat;
import badger.time.Deadlines;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Knocks are few, however many are asked for. The clock is the test's. */
final class KnockQueueTest {
    private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Deadlines<LinkTimer> deadlines = new Deadlines<>(LinkTimer.class);
    private int told;
    private final KnockQueue knocks = new KnockQueue(() -> told++);

    @Test
    void theFirstGoesAtOnceAndOneForEachPeer() {
        assertFalse(isDue(0));
        knocks.knock(1);
        assertEquals(1, told);
        knocks.knock(1);
        knocks.knock(2);
        assertEquals(1, told, "the link's thread has been told already");
        assertTrue(isDue(0));
        assertEquals(List.of(1, 2), knocks.take(0));
        assertEquals(List.of(), knocks.take(MILLIS));
        assertFalse(isDue(1_000 * MILLIS));
    }

    @Test
    void aHeartbeatCarriesEightAndTheNextComesAfterAPause() {
        for (int i = 0; i < 1_000; i++) {
            knocks.knock(i);
        }
        int taken = 0;
        for (int at = 0; at < 10_000; at += 10) {
            List<Integer> names = knocks.take(at * MILLIS);
            if (!names.isEmpty()) {
                assertEquals(Heartbeat.MOST_KNOCKS, names.size());
                assertEquals(taken, names.getFirst());
                assertEquals(taken / Heartbeat.MOST_KNOCKS * 250, at);
                taken += names.size();
            }
        }
        assertEquals(KnockQueue.MOST_WAITING, taken);
    }

    private boolean isDue(long nowNanos) {
        knocks.schedule(deadlines, nowNanos);
        return deadlines.isAnyDue(nowNanos);
    }
}
