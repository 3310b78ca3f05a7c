package badger.session;

import badger.stress.Meeting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LIL_Result;

/**
 * An outbound thread sends ten times while the peer's thread closes the lane, and then at once wipes the keys and
 * closes the path, as a session does. Each send is done whole, with key, path and memory still there, or is refused.
 * After the close all are refused, and none of them makes the lane say that its key is used up.
 */
@JCStressTest
@Outcome(id = "all, 0, clean", expect = Expect.ACCEPTABLE, desc = "all sends came before the close")
@Outcome(id = "some, 0, clean", expect = Expect.ACCEPTABLE, desc = "the close came between the sends")
@Outcome(id = "none, 0, clean", expect = Expect.ACCEPTABLE, desc = "the close came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "a thread was in the lane during its close or after it")
@State
public class SendLaneCloseStress {
    private static final int SENDS = 10;

    private final Meeting meeting = new Meeting();
    private final WatchedLane watched = new WatchedLane(0);

    /** How many of the sends were done; and how many of these came after a refused one. */
    @Actor
    public void outbound(LIL_Result result) {
        meeting.attend();
        int done = 0;
        for (int i = 0; i < SENDS; i++) {
            if (watched.sendPair() == SendResult.SENT) {
                result.r2 += done < i ? 1 : 0;
                done++;
            }
        }
        if (done == 0) {
            result.r1 = "none";
        } else {
            result.r1 = done == SENDS ? "all" : "some";
        }
    }

    @Actor
    public void peer() {
        meeting.attendLate();
        watched.closeAsSession();
    }

    @Arbiter
    public void look(LIL_Result result) {
        if (watched.late > 0) {
            result.r3 = "late";
        } else if (watched.mixed > 0) {
            result.r3 = "mixed";
        } else if (watched.lane.isUsedUp()) {
            result.r3 = "used up";
        } else {
            result.r3 = watched.sendPacket() == SendResult.NOT_READY ? "clean" : "open";
        }
    }
}
