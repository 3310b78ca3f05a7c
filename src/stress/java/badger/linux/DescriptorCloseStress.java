package badger.linux;

import badger.stress.Meeting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * One thread makes two calls on a descriptor and then closes it, while another closes it. Each call reaches the file it
 * was meant for or is told that the descriptor is closed; a call after the close(2) would get EBADF or somebody else's
 * file. That holds only with a full fence on both sides, between "I am in a call" and "is it closed?" here, and between
 * "it is closed" and "is one in a call?" there. Once closed it stays closed, and only one of the two closes it.
 */
@JCStressTest
@Outcome(id = "own, own, 1", expect = Expect.ACCEPTABLE, desc = "both calls came before the close")
@Outcome(id = "own, closed, 1", expect = Expect.ACCEPTABLE, desc = "the close came between the calls")
@Outcome(id = "closed, closed, 1", expect = Expect.ACCEPTABLE, desc = "the close came first")
@Outcome(expect = Expect.FORBIDDEN, desc = "a call reached a closed descriptor, or it was closed twice")
@State
public class DescriptorCloseStress {
    private int closes;
    private final Meeting meeting = new Meeting();
    private final NumberedFile file = new NumberedFile();
    private final Descriptor descriptor = new Descriptor(file.fd(), ignored -> closes++);
    private final DescriptorUse use = descriptor.use();

    @Actor
    public void user(LLI_Result calls) {
        meeting.attend();
        calls.r1 = file.callThrough(use);
        calls.r2 = file.callThrough(use);
        descriptor.close();
    }

    @Actor
    public void closer() {
        meeting.attendLate();
        descriptor.close();
    }

    @Arbiter
    public void count(LLI_Result calls) {
        calls.r3 = closes;
    }
}
