package badger.testing;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Two ends joined in memory. It can lose, double and reorder datagrams, each with a seeded chance, and lose those that
 * a test picks. Any number of threads may send; one thread receives at each end.
 */
public final class DatagramPipe {
    private final End left = new End();
    private final End right = new End();
    private final Random random;
    private double loss;
    private double duplication;
    private double reordering;
    private Duration delay = Duration.ZERO;

    public DatagramPipe(long seed) {
        random = new Random(seed);
        left.other = right;
        right.other = left;
    }

    /** Sets the chances, 0 to 1, for both directions; to be called before the first datagram. */
    public DatagramPipe with(double lossChance, double duplicationChance, double reorderingChance) {
        loss = lossChance;
        duplication = duplicationChance;
        reordering = reorderingChance;
        return this;
    }

    /** Delays every datagram, in both directions. */
    public DatagramPipe delayedBy(Duration time) {
        delay = time;
        return this;
    }

    public End left() {
        return left;
    }

    public End right() {
        return right;
    }

    private synchronized boolean happens(double chance) {
        return chance > 0 && random.nextDouble() < chance;
    }

    public final class End implements DatagramLink {
        private final BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
        private End other;
        private byte[] heldBack;
        private volatile Predicate<byte[]> isLost = datagram -> false;
        private volatile boolean isClosed;

        /** Loses, on the way out of this end, every datagram for which the test says so. */
        public void losing(Predicate<byte[]> datagrams) {
            isLost = datagrams;
        }

        @Override
        public synchronized void send(byte[] datagram) {
            if (isClosed || isLost.test(datagram) || happens(loss)) {
                return;
            }
            if (heldBack == null && happens(reordering)) {
                heldBack = datagram.clone();
                return;
            }
            other.arrive(datagram);
            if (happens(duplication)) {
                other.arrive(datagram);
            }
            if (heldBack != null) {
                other.arrive(heldBack);
                heldBack = null;
            }
        }

        private void arrive(byte[] datagram) {
            byte[] copy = datagram.clone();
            if (delay.isZero()) {
                arrived.add(copy);
            } else {
                CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> arrived.add(copy));
            }
        }

        /** Puts a datagram in front of this end, as anyone on the path could. */
        public void inject(byte[] datagram) {
            arrived.add(datagram.clone());
        }

        @Override
        public byte[] receive(Duration timeout) throws InterruptedException {
            return isClosed ? null : arrived.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
