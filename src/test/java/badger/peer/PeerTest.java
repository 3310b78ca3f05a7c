package badger.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.session.PeerPath;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.udp.Endpoint;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a peer's thread sleeps and is woken. The test's own thread is the peer's. */
final class PeerTest {
    private static final int LONG_MILLIS = 60_000;

    private final Arena arena = Arena.ofShared();
    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork here = internet.host("198.51.100.1");
    private final FakeUdpNetwork there = internet.host("198.51.100.2");
    private final UdpSocket main = here.bind(9944);
    private final UdpSocket remote = there.bind(9944);
    private final Endpoint remoteEndpoint = there.endpoint(9944);
    private final PeerPath path = new PeerPath(remoteEndpoint, here.connect(9944, remoteEndpoint), main, () -> {});
    private final Peer peer = new Peer(1, new Candidates(remoteEndpoint, null), 2_048);

    @AfterEach
    void close() {
        arena.close();
        internet.close();
    }

    @Test
    void aWakeUpAfterTheRoundBeganEndsTheNextWaitAtOnce() {
        peer.owner().adopt();
        peer.waker().startRound();
        peer.waker().wake();
        assertTrue(peer.waker().waitAt(path, LONG_MILLIS), "there may be something to do");
        peer.waker().startRound();
        peer.waker().wake();
        peer.waker().park();
    }

    @Test
    void aWakeUpEndsAWaitAtThePath() throws InterruptedException {
        peer.owner().adopt();
        peer.waker().startRound();
        Thread waiting = Thread.currentThread();
        AtomicBoolean isOver = new AtomicBoolean();
        Thread waker = Thread.ofPlatform().start(() -> {
            while (waiting.getState() != Thread.State.TIMED_WAITING && !isOver.get()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            peer.waker().wake();
        });
        long start = System.nanoTime();
        boolean isDoubtful = peer.waker().waitAt(path, LONG_MILLIS);
        long nanos = System.nanoTime() - start;
        isOver.set(true);
        waker.join();
        assertFalse(isDoubtful);
        assertTrue(nanos < TimeUnit.MILLISECONDS.toNanos(LONG_MILLIS), "it slept on");
    }

    @Test
    void aDatagramEndsAWaitAtThePath() throws InterruptedException {
        peer.owner().adopt();
        peer.waker().startRound();
        MemorySegment datagram = arena.allocate(8);
        UdpSender sender = remote.sender(arena);
        Thread other = Thread.ofPlatform().start(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
            sender.send(datagram, 0, 8, here.endpoint(9944));
        });
        assertTrue(peer.waker().waitAt(path, LONG_MILLIS));
        other.join();
        assertEquals(8, path.receiver().receive(datagram, 0, 8));
        peer.waker().startRound();
        assertFalse(peer.waker().waitAt(path, 1), "its time is over");
    }
}
