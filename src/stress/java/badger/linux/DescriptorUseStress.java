package badger.linux;

import badger.stress.Meeting;
import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * One thread takes uses of a descriptor, makes a call through each and gives the first one back with its arena, while
 * another closes the descriptor. The closing thread may miss a use that is taken while it looks through them, but only
 * one whose thread then sees that the descriptor is closed.
 */
@JCStressTest
@Outcome(id = "own, own", expect = Expect.ACCEPTABLE, desc = "both calls came before the close")
@Outcome(id = "own, closed", expect = Expect.ACCEPTABLE, desc = "the close came between the calls")
@Outcome(id = "closed, closed", expect = Expect.ACCEPTABLE, desc = "the close came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "a call reached a closed descriptor")
@State
public class DescriptorUseStress {
    private final Meeting meeting = new Meeting();
    private final NumberedFile file = new NumberedFile();
    private final Descriptor descriptor = new Descriptor(file.fd());

    @Actor
    public void user(LL_Result calls) {
        meeting.attend();
        try (Arena arena = Arena.ofConfined()) {
            calls.r1 = file.callThrough(descriptor.use(arena));
        }
        calls.r2 = file.callThrough(descriptor.use());
    }

    @Actor
    public void closer() {
        meeting.attendLate();
        descriptor.close();
    }
}
