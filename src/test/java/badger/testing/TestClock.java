package badger.testing;

import badger.time.Clock;
import java.time.Duration;

/** A clock that a test moves; sleeping moves it too. It begins near the overflow of a long, as a machine's may. */
public final class TestClock implements Clock {
    private long nanos;

    public TestClock() {
        this(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos());
    }

    public TestClock(long startNanos) {
        nanos = startNanos;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized void sleep(long forNanos) {
        nanos += forNanos;
    }

    /** Lets so much time pass. @return the time then */
    public synchronized long pass(Duration time) {
        nanos += time.toNanos();
        return nanos;
    }
}
