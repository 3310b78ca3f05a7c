package badger.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RestartingLoopTest {
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    @Test
    void aLoopThatFailsRunsAgainUntilItEndsByItself() {
        new RestartingLoop(() -> failTimes(2), isClosed::get).run();
        assertEquals(3, runs.get());
    }

    @Test
    void aLoopThatFailsOnceEverythingIsClosedIsLetGo() {
        Runnable loop = () -> {
            isClosed.set(true);
            failTimes(2);
        };
        new RestartingLoop(loop, isClosed::get).run();
        assertEquals(1, runs.get());
    }

    private void failTimes(int times) {
        if (runs.incrementAndGet() <= times) {
            throw new IllegalStateException("run " + runs.get());
        }
    }
}
