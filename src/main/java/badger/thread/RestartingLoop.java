package badger.thread;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Runs a loop, and runs it again when it ends by an exception or error. A lack of memory or descriptors may be over in
 * a moment, and a node without one of its loops would look alive and carry nothing. Runs on the loop's thread.
 */
public final class RestartingLoop implements Runnable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final System.Logger LOG = System.getLogger(RestartingLoop.class.getName());

    private final Runnable loop;
    private final BooleanSupplier isClosed;

    /** @param isClosed whether the loop's resources are closed, so that an exception is of no interest */
    public RestartingLoop(Runnable loop, BooleanSupplier isClosed) {
        this.loop = loop;
        this.isClosed = isClosed;
    }

    @Override
    public void run() {
        while (!isClosed.getAsBoolean() && !hasEnded()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean hasEnded() {
        try {
            loop.run();
            return true;
        } catch (RuntimeException | Error unexpected) {
            if (!isClosed.getAsBoolean()) {
                LOG.log(Level.ERROR, Thread.currentThread().getName() + " starts anew", unexpected);
            }
            return false;
        }
    }
}
