package badger.peer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.session.PeerPath;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.thread.ThreadOwner;
import badger.udp.Endpoint;
import badger.udp.UdpSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * When the timer wakes a peer's thread, at any time that a machine's clock may show. {@link PeerTest} shows that the
 * thread then wakes.
 */
final class PeerWakerTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork here = internet.host("198.51.100.1");
    private final Endpoint there = internet.host("198.51.100.2").endpoint(9_944);
    private final UdpSocket main = here.bind(9_944);
    private final PeerPath path = new PeerPath(there, here.connect(9_944, there), main, () -> {});
    private final PeerWaker waker = new PeerWaker(new ThreadOwner());

    @AfterEach
    void close() {
        internet.close();
    }

    @Test
    void isWokenByNothingBeforeItHasSaidWhen() {
        for (long now : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            assertFalse(isWokenAt(now));
        }
    }

    @Test
    void isWokenAtItsTimeAndNotBefore() {
        waker.wakeAt(5 * SECOND);
        assertFalse(isWokenAt(5 * SECOND - 1));
        assertTrue(isWokenAt(5 * SECOND));
        assertTrue(isWokenAt(6 * SECOND), "until it says another time");
        waker.wakeAt(7 * SECOND);
        assertFalse(isWokenAt(6 * SECOND));
        assertTrue(isWokenAt(7 * SECOND));
    }

    @Test
    void isLeftAloneOnceItSaysSo() {
        waker.wakeAt(5 * SECOND);
        waker.wakeNever();
        assertFalse(isWokenAt(5 * SECOND));
        assertFalse(isWokenAt(Long.MAX_VALUE));
        waker.wakeAt(6 * SECOND);
        assertTrue(isWokenAt(6 * SECOND));
    }

    /** {@link System#nanoTime} begins at any value, and so may overflow. */
    @Test
    void aTimeBehindTheOverflowOfTheClockIsLater() {
        long now = Long.MAX_VALUE - SECOND;
        waker.wakeAt(now + 2 * SECOND);
        assertFalse(isWokenAt(now));
        assertFalse(isWokenAt(Long.MAX_VALUE));
        assertFalse(isWokenAt(now + 2 * SECOND - 1));
        assertTrue(isWokenAt(now + 2 * SECOND));
    }

    @Test
    void aTimeBeforeTheOverflowIsOverBehindIt() {
        waker.wakeAt(Long.MAX_VALUE - SECOND);
        assertTrue(isWokenAt(Long.MIN_VALUE + SECOND));
        waker.wakeAt(-SECOND);
        assertFalse(isWokenAt(-2 * SECOND));
        assertTrue(isWokenAt(SECOND));
    }

    /** The least number stands for no deadline, but may also be a time. */
    @Test
    void theTimeThatLooksLikeNeverComesANanosecondLater() {
        waker.wakeAt(Long.MIN_VALUE);
        assertFalse(isWokenAt(Long.MAX_VALUE));
        assertFalse(isWokenAt(Long.MIN_VALUE));
        assertTrue(isWokenAt(Long.MIN_VALUE + 1));
    }

    /** A thread that was woken does not wait at its path. */
    private boolean isWokenAt(long nowNanos) {
        waker.startRound();
        waker.wakeIfDue(nowNanos);
        return waker.waitAt(path, 1);
    }
}
