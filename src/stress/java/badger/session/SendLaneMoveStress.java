package badger.session;

import badger.counter.Traffic;
import badger.stress.Meeting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An outbound thread sends ten times while the peer's thread moves the lane from path 1 to path 2 and then closes path
 * 1, as a session does. Each send goes by one path or the other, never by one that is closed, and never back to the
 * first; the count of sends, which is begun anew with each sender, goes on.
 */
@JCStressTest
@Outcome(id = "1, 10, 0", expect = Expect.ACCEPTABLE, desc = "all sends came before the move")
@Outcome(id = "12, 10, 0", expect = Expect.ACCEPTABLE, desc = "the move came between the sends")
@Outcome(id = "2, 10, 0", expect = Expect.ACCEPTABLE, desc = "the move came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "a send was lost, or went by a path that was closed")
@State
public class SendLaneMoveStress {
    private static final int SENDS = 10;

    private final Meeting meeting = new Meeting();
    private final WatchedLane watched = new WatchedLane(0);
    private final PeerPath next = watched.path(2, 0);

    @Actor
    public void outbound() {
        meeting.attend();
        for (int i = 0; i < SENDS; i++) {
            watched.sendPair();
        }
    }

    @Actor
    public void peer() {
        meeting.attendLate();
        next.retain();
        watched.lane.moveTo(next);
        watched.path.release();
    }

    /** The paths in the order of their use; the sends counted; how often something that was gone was used. */
    @Arbiter
    public void look(III_Result result) {
        result.r1 = watched.went;
        result.r2 = watched.counted(Traffic.SENDS);
        result.r3 = watched.late + watched.mixed;
    }
}
