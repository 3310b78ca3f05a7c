package badger.session;

import badger.counter.Traffic;
import badger.stress.Meeting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * An outbound thread sends two records on a lane and the peer's thread one. The lane is never held for long, so the
 * second thread gets in by looking again. One after the other: no count is lost, no record number used twice, and the
 * two records of one super-packet have numbers that follow each other.
 */
@JCStressTest
@Outcome(id = "0, 7, 3, 0", expect = Expect.ACCEPTABLE, desc = "the single record came first")
@Outcome(id = "2, 7, 3, 0", expect = Expect.ACCEPTABLE, desc = "the two records came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "two threads were in the lane at once")
@State
public class SendLaneSpinStress {
    private final Meeting meeting = new Meeting();
    private final WatchedLane watched = new WatchedLane(0);

    @Actor
    public void outbound() {
        meeting.attend();
        watched.sendPair();
    }

    @Actor
    public void peer() {
        meeting.attend();
        watched.sendPacket();
    }

    /** The single record's number; all numbers, a bit each; the records counted; how often two were inside. */
    @Arbiter
    public void look(IIII_Result result) {
        result.r1 = watched.packetNumber;
        result.r2 = watched.numbers;
        result.r3 = watched.sealed == 3 ? watched.counted(Traffic.RECORDS_SEALED) : -1;
        result.r4 = watched.mixed + watched.late;
    }
}
