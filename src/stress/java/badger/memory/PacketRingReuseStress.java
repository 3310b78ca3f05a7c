package badger.memory;

import badger.stress.Meeting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The one slot of a ring holds packet 9 while the producer offers packet 4. The consumer reads the 9, overwrites its
 * whole slot, as one that seals in place may, releases it and looks again. The producer may have the slot only after
 * that release: it never writes into a packet that is still read, and what the consumer wrote never reaches the next
 * packet.
 */
@JCStressTest
@Outcome(id = "0, 9, -1", expect = Expect.ACCEPTABLE, desc = "the ring was full at the time of the offer")
@Outcome(
        id = "1, 9, -1",
        expect = Expect.ACCEPTABLE,
        desc = "the offer came after the release and after the second look")
@Outcome(
        id = "1, 9, 4",
        expect = Expect.ACCEPTABLE,
        desc = "the offer came after the release, and the second look saw it")
@Outcome(expect = Expect.FORBIDDEN, desc = "a slot had two owners, or a packet was lost")
@State
public class PacketRingReuseStress {
    private final Meeting meeting = new Meeting();
    private final PacketRing ring = TestPackets.ring(1);

    public PacketRingReuseStress() {
        TestPackets.offer(ring, 9);
    }

    @Actor
    public void producer(III_Result seen) {
        meeting.attend();
        seen.r1 = TestPackets.offer(ring, 4) ? 1 : 0;
    }

    @Actor
    public void consumer(III_Result seen) {
        meeting.attend();
        seen.r2 = TestPackets.take(ring);
        seen.r3 = TestPackets.take(ring);
    }
}
