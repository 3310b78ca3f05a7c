package badger.time;

import java.util.concurrent.TimeUnit;

/** The time, and waiting for it to pass: the system's, or a test's. Any thread. */
public interface Clock {
    /** The time of the machine. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    };

    /** As {@link System#nanoTime}: only differences have a meaning. */
    long nanoTime();

    /** Lets the calling thread wait for this long. */
    void sleep(long nanos) throws InterruptedException;
}
