package badger.peer;

import badger.session.PeerPath;
import badger.stress.Completion;
import badger.stress.Meeting;
import badger.thread.ThreadOwner;
import badger.udp.Endpoint;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * As {@link PeerWakerParkStress}, but the peer's thread waits at its path's socket, and at another path each time, as
 * after a move. The first wait is over at once, like one whose time is over, so that the interrupt meant for it may
 * come late and end a later wait. That may cost a look, but no wake-up.
 */
@JCStressTest
@Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "the first look found all")
@Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "waited for no time")
@Outcome(id = "2, 1, 0", expect = Expect.ACCEPTABLE, desc = "and once until a wake-up")
@Outcome(id = "3, 1, 0", expect = Expect.ACCEPTABLE, desc = "and twice; the first may have ended by a late interrupt")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, out of order, or a wait ended without a wake-up")
@State
public class PeerWakerWaitStress {
    private static final int FOREVER_MILLIS = 1_000_000;
    private static final Endpoint ENDPOINT = new Endpoint(0, 1, 1);

    private final Meeting meeting = new Meeting();
    private final ThreadOwner owner = new ThreadOwner();
    private final PeerWaker waker = new PeerWaker(owner);
    private final PeerPath[] paths = {path(), path()};
    private final Completion completion = new Completion();
    private int first;
    private int second;
    private int lost;

    @Actor
    public void peer(III_Result result) {
        meeting.attend();
        owner.adopt();
        waker.startRound();
        while (second == 0) {
            waker.waitAt(paths[result.r1 & 1], result.r1 == 0 ? 0 : FOREVER_MILLIS);
            result.r1++;
            waker.startRound();
        }
        result.r2 = first;
        completion.complete();
    }

    @Actor
    public void other() {
        meeting.attendLate();
        boolean isDone = false;
        try {
            first = 1;
            waker.wake();
            meeting.pause();
            second = 1;
            waker.wake();
            isDone = completion.await();
        } finally {
            if (!isDone) {
                lost = 1;
                second = 1;
                paths[0].interrupt();
                paths[1].interrupt();
                waker.wake();
            }
        }
    }

    @Arbiter
    public void look(III_Result result) {
        result.r3 = lost;
    }

    private static PeerPath path() {
        return new PeerPath(ENDPOINT, new SilentSocket(), null, () -> {});
    }
}
