package badger.peer;

import badger.stress.Completion;
import badger.stress.Meeting;
import badger.thread.ThreadOwner;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A thread brings work twice and wakes the peer's thread after each, while that one looks, and parks for as long as it
 * has not found the second. The work is in plain fields: the waker alone publishes it. No wake-up may be lost, which
 * would leave the peer's thread parked until the other thread gives up and frees it. Two wake-ups end at most two
 * parks: none ends without a cause. A result is the number of parks, the first work as the peer's thread sees it, and
 * whether it was left parked.
 */
@JCStressTest
@Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "the first look found all")
@Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "parked once")
@Outcome(id = "2, 1, 0", expect = Expect.ACCEPTABLE, desc = "parked twice, once for each wake-up")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, out of order, or a park ended without a wake-up")
@State
public class PeerWakerParkStress {
    private final Meeting meeting = new Meeting();
    private final ThreadOwner owner = new ThreadOwner();
    private final PeerWaker waker = new PeerWaker(owner);
    private final Completion completion = new Completion();
    private int first;
    private int second;
    private int lost;
    private volatile Thread peer;

    @Actor
    public void peer(III_Result result) {
        meeting.attend();
        peer = Thread.currentThread();
        owner.adopt();
        waker.startRound();
        while (second == 0) {
            waker.park();
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
                LockSupport.unpark(peer);
                waker.wake();
            }
        }
    }

    @Arbiter
    public void look(III_Result result) {
        result.r3 = lost;
    }
}
