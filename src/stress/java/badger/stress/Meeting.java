package badger.stress;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets the two actors of a state begin together. Left alone, an actor that takes much longer for a state than the other
 * falls behind it, and the two hardly ever meet in one; nor do they where other programs use the processor.
 */
public final class Meeting {
    private static final Patience PATIENCE = new Patience();
    private static final int LONGEST_PAUSE = 64;

    private final AtomicInteger missing = new AtomicInteger(2);

    /** Waits until both actors are here. */
    public void attend() {
        missing.decrementAndGet();
        if (!PATIENCE.await(() -> missing.get() == 0)) {
            throw new IllegalStateException("The other actor does not come: it has failed.");
        }
    }

    /** As {@link #attend}, and then {@link #pause}, so that this actor meets the other anywhere on its way. */
    public void attendLate() {
        attend();
        pause();
    }

    /** Takes up to some microseconds. */
    public void pause() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        // Mostly a moment, since what takes but a few instructions is hit by a short pause alone.
        for (int left = random.nextInt(1 + random.nextInt(LONGEST_PAUSE)); left > 0; left--) {
            Thread.onSpinWait();
        }
    }
}
