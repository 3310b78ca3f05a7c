package badger.peer;

import badger.session.PeerPath;
import badger.thread.ThreadOwner;
import badger.udp.Endpoint;
import badger.udp.LinuxUdpNetwork;
import badger.udp.UdpOffloads;
import badger.udp.UdpSocket;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/**
 * As in a node: a virtual thread rests in all the ways there are, in turn, at real sockets of loopback that carry
 * nothing, and another thread brings it one piece of work after the other. That one waits until each is done, so no
 * later wake-up makes good for a lost one; the virtual thread would rest for ever. A moment of varying length before
 * each wake-up lets it come early, late and just in time.
 */
@JCStressTest(Mode.Termination)
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "all the work was done")
@Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "a wake-up was lost")
@Outcome(id = "ERROR", expect = Expect.FORBIDDEN, desc = "an exception")
@State
public class PeerWakerRoundsStress {
    private static final int ROUNDS = 500;
    private static final int LONGEST_PAUSE = 128;
    /** Longer than the harness waits, 30 s. */
    private static final int FOREVER_MILLIS = 1_000_000;

    private static final long LOST_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int LOOPBACK = 0x7f00_0001;
    private static final LinuxUdpNetwork NETWORK = new LinuxUdpNetwork(UdpOffloads.NONE);

    private final ThreadOwner owner = new ThreadOwner();
    private final PeerWaker waker = new PeerWaker(owner);
    private int asked;
    private volatile int done;

    @Actor
    public void peer() throws InterruptedException {
        Thread.ofVirtual().start(this::runRounds).join();
    }

    @Signal
    public void other() {
        for (int round = 1; round <= ROUNDS; round++) {
            asked = round;
            for (int i = round % LONGEST_PAUSE; i > 0; i--) {
                Thread.onSpinWait();
            }
            waker.wake();
            long wokenNanos = System.nanoTime();
            while (done < round) {
                Thread.onSpinWait();
                if (System.nanoTime() - wokenNanos > LOST_AFTER_NANOS) {
                    return;
                }
            }
        }
    }

    private void runRounds() {
        owner.adopt();
        UdpSocket main = NETWORK.bind(0);
        PeerPath[] paths = {path(main, 1), path(main, 2)};
        for (int round = 1; round <= ROUNDS; round++) {
            waker.startRound();
            while (asked < round) {
                rest(paths, round);
                waker.startRound();
            }
            done = round;
        }
        paths[0].release();
        paths[1].release();
        main.close();
    }

    private void rest(PeerPath[] paths, int round) {
        switch (round % 4) {
            case 0 -> waker.park();
            case 1 -> waker.waitAt(paths[0], FOREVER_MILLIS);
            case 2 -> waker.waitAt(paths[1], FOREVER_MILLIS);
            default -> {
                waker.waitAt(paths[0], 0);
                waker.startRound();
                if (asked < round) {
                    waker.park();
                }
            }
        }
    }

    private static PeerPath path(UdpSocket main, int port) {
        Endpoint endpoint = Endpoint.ofIpv4(LOOPBACK, port);
        return new PeerPath(endpoint, NETWORK.connect(main.localPort(), endpoint), main, () -> {});
    }
}
