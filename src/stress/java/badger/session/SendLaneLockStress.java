package badger.session;

import badger.counter.Traffic;
import badger.stress.Meeting;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * As {@link SendLaneSpinStress}, but in every eighth state a send takes longer than a thread looks for a free lane,
 * about 100 µs, so that the second one waits in the lock and must be woken. If it were not, the harness would report a
 * time-out, which fails the run.
 */
@JCStressTest
@Outcome(id = "0, 7, 3, 0", expect = Expect.ACCEPTABLE, desc = "the single record came first")
@Outcome(id = "2, 7, 3, 0", expect = Expect.ACCEPTABLE, desc = "the two records came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "two threads were in the lane at once")
@State
public class SendLaneLockStress {
    private static final long LONG_SEND_NANOS = 400_000;
    private static final AtomicInteger STATES = new AtomicInteger();

    private final Meeting meeting = new Meeting();
    private final WatchedLane watched = new WatchedLane(STATES.getAndIncrement() % 8 == 0 ? LONG_SEND_NANOS : 0);

    @Actor
    public void outbound() {
        meeting.attend();
        watched.sendPair();
    }

    @Actor
    public void peer() {
        meeting.attendLate();
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
