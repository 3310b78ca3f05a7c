package badger.memory;

import badger.stress.Meeting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The producer puts packets 4 and 9 into an empty ring while the consumer looks three times. What the consumer sees, it
 * sees whole and in order: {@code offer} publishes by a release what {@code peek} has acquired. Where it looks too
 * early it sees nothing, and so fewer packets; it never sees the second before the first, nor one twice.
 */
@JCStressTest
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "all looks came before the first packet")
@Outcome(
        id = {"-1, -1, 4", "-1, 4, -1", "4, -1, -1"},
        expect = Expect.ACCEPTABLE,
        desc = "the first packet, whole")
@Outcome(
        id = {"-1, 4, 9", "4, -1, 9", "4, 9, -1"},
        expect = Expect.ACCEPTABLE,
        desc = "both packets, whole and in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "a packet is torn, lost, doubled or overtaken")
@State
public class PacketRingHandOverStress {
    private final Meeting meeting = new Meeting();
    private final PacketRing ring = TestPackets.ring(2);

    @Actor
    public void producer() {
        meeting.attend();
        TestPackets.offer(ring, 4);
        TestPackets.offer(ring, 9);
    }

    @Actor
    public void consumer(III_Result seen) {
        meeting.attend();
        seen.r1 = TestPackets.take(ring);
        seen.r2 = TestPackets.take(ring);
        seen.r3 = TestPackets.take(ring);
    }
}
