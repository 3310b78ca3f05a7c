package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.testing.DatagramPipe;
import badger.testing.Slow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Fifty handshakes at each rate of loss. As a node does, the client begins anew when an attempt has failed; what counts
 * is a session within thirty seconds. All of them wait at the same time, since waiting is nearly all they do.
 */
@Slow("Makes 250 handshakes, some of which wait for several resends.")
final class HandshakeLossMatrixTest {
    private static final int HANDSHAKES = 50;
    private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");

    @AfterEach
    void wipe() {
        psk.close();
    }

    @Test
    void everyHandshakeSucceedsUpToTwentyPercentLossAndNineOfTenAtFifty() throws Exception {
        // Not all 250 at once: their processor time would be what is measured.
        try (ExecutorService runs = Executors.newFixedThreadPool(HANDSHAKES)) {
            for (int percent : new int[] {1, 5, 10, 20, 50}) {
                List<Future<Long>> handshakes = new ArrayList<>();
                for (int number = 0; number < HANDSHAKES; number++) {
                    long seed = 1_000L * percent + number;
                    handshakes.add(runs.submit(() -> millisToSession(percent, seed)));
                }
                assertEnough(percent, handshakes);
            }
        }
    }

    private static void assertEnough(int percent, List<Future<Long>> handshakes)
            throws InterruptedException, ExecutionException {
        List<Long> millis = new ArrayList<>();
        for (Future<Long> handshake : handshakes) {
            if (handshake.get() >= 0) {
                millis.add(handshake.get());
            }
        }
        millis.sort(null);
        System.out.println("at " + percent + " % loss: " + millis.size() + " of " + HANDSHAKES + " handshakes, median "
                + millis.get(millis.size() / 2) + " ms, longest " + millis.getLast() + " ms");
        int wanted = percent <= 20 ? HANDSHAKES : HANDSHAKES * 9 / 10;
        assertTrue(millis.size() >= wanted, percent + " %: " + millis);
    }

    /** Negative when there was none in time. */
    private long millisToSession(int percent, long seed) throws InterruptedException {
        long start = System.nanoTime();
        for (long attempt = 0; System.nanoTime() - start < WITHIN_NANOS; attempt++) {
            DatagramPipe pipe = new DatagramPipe(seed + 1_000_000 * attempt).with(percent / 100.0, 0, 0);
            try (TestNode server =
                            TestNode.server(HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred()), pipe.left());
                    TestNode client =
                            TestNode.client(HandshakeSettings.of(psk, "10.0.0.2", Aeads.preferred()), pipe.right())) {
                while (client.failures.isEmpty() && System.nanoTime() - start < WITHIN_NANOS) {
                    if (client.established.await(10, TimeUnit.MILLISECONDS)) {
                        server.awaitEstablished();
                        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                    }
                }
            }
        }
        return -1;
    }
}
