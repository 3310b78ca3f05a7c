package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.record.ConnectionIds;
import badger.record.Records;
import badger.testing.DatagramPipe;
import badger.testing.SharesTheJvm;
import badger.testing.Slow;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshake and data over a path that loses, doubles and reorders. */
@SharesTheJvm
final class LossyHandshakeTest {
    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");
    private final HandshakeSettings one = quick("10.0.0.1");
    private final HandshakeSettings two = quick("10.0.0.2");

    private HandshakeSettings quick(String identity) {
        return HandshakeSettings.of(psk, identity, Aeads.preferred()).withResendAfter(Duration.ofMillis(50));
    }

    @AfterEach
    void wipe() {
        psk.close();
    }

    /**
     * Remembers every nonce a node ever used, and complains if the header says something else. The same record twice is
     * no second use: a flight is repeated as it is.
     */
    private static final class NonceLog {
        final Map<Long, byte[]> used = new ConcurrentHashMap<>();
        final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
        final AtomicInteger handshakeFlights = new AtomicInteger();

        void watch(byte[] datagram) {
            for (byte[] record : Records.of(datagram)) {
                if (Records.epoch(record) == 1) {
                    long nonce = Records.explicitNonce(record);
                    byte[] earlier = used.putIfAbsent(nonce, record);
                    if (earlier != null && !Arrays.equals(earlier, record)) {
                        complaints.add("nonce used twice: " + Long.toHexString(nonce));
                    }
                    if (nonce != Records.longAt(record, 3)) {
                        complaints.add("nonce is not epoch and sequence: " + Long.toHexString(nonce));
                    }
                }
            }
            handshakeFlights.addAndGet(Records.hasProtectedHandshake(datagram) ? 1 : 0);
        }
    }

    /** Both nodes without connection IDs, as towards foreign ones. */
    private static HandshakeSettings of(HandshakeSettings settings, boolean hasIds) {
        return hasIds ? settings : settings.withConnectionIds(Records.noIds());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noNonceIsUsedTwiceByFinishedResendsDataAndAlerts(boolean hasIds) throws Exception {
        DatagramPipe pipe = new DatagramPipe(1);
        AtomicInteger lostFinished = new AtomicInteger();
        pipe.left().losing(datagram -> Records.hasProtectedHandshake(datagram) && lostFinished.getAndIncrement() < 2);
        NonceLog ofServer = new NonceLog();
        NonceLog ofClient = new NonceLog();
        try (TestNode server = TestNode.server(of(one, hasIds), pipe.left(), ofServer::watch);
                TestNode client = TestNode.client(of(two, hasIds), pipe.right(), ofClient::watch)) {
            talkAndClose(server, client);
            assertEquals(hasIds ? ConnectionIds.BYTES : 0, client.peerIdBytes());
        }
        assertTrue(ofServer.handshakeFlights.get() >= 3, "the server's Finished was to be sent again");
        assertTrue(ofClient.handshakeFlights.get() >= 3, "the client's Finished was to be sent again");
        assertEquals(List.of(), List.copyOf(ofServer.complaints));
        assertEquals(List.of(), List.copyOf(ofClient.complaints));
        assertTrue(ofServer.used.size() > 500 && ofClient.used.size() > 500);
    }

    private static void talkAndClose(TestNode server, TestNode client) throws Exception {
        server.awaitEstablished();
        while (client.established.getCount() > 0) {
            server.send("while the client waits for our Finished");
            Thread.sleep(1);
        }
        for (int i = 0; i < 500; i++) {
            client.send("to the server");
            server.send("to the client");
        }
        client.association.close();
        client.awaitEnded();
        server.awaitEnded();
    }

    /** bctls alone would double on, and send it five times in as many seconds. */
    @Test
    @Slow("Counts resends for five seconds.")
    void unansweredFlightIsSentEveryHalfSecond() throws Exception {
        HandshakeSettings patient =
                HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred()).withTimeout(Duration.ofSeconds(5));
        DatagramPipe pipe = new DatagramPipe(1);
        AtomicInteger flights = new AtomicInteger();
        pipe.right().losing(datagram -> flights.incrementAndGet() > 0);
        try (TestNode client = TestNode.client(patient, pipe.right())) {
            assertEquals(HandshakeFailure.TIMEOUT, client.failures.poll(15, TimeUnit.SECONDS));
        }
        assertTrue(flights.get() >= 8 && flights.get() <= 12, "sent " + flights + " times");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lostFinishedIsSentAgainWhileDataFlows(boolean hasIds) throws Exception {
        DatagramPipe pipe = new DatagramPipe(1);
        AtomicInteger lostFinished = new AtomicInteger();
        pipe.left().losing(datagram -> Records.hasProtectedHandshake(datagram) && lostFinished.getAndIncrement() < 1);
        try (TestNode server = TestNode.server(of(one, hasIds), pipe.left());
                TestNode client = TestNode.client(of(two, hasIds), pipe.right())) {
            server.awaitEstablished();
            // More than the window of bctls: its Finished must not look old behind them.
            for (int i = 0; i < 200; i++) {
                server.send("early");
            }
            client.awaitEstablished();
            server.send("late");
            assertEquals("late", client.awaitTextAfter("early"));
            client.send("back");
            assertEquals("back", server.awaitText());
            assertTrue(lostFinished.get() >= 2);
        }
    }

    @Test
    void everyLostDatagramOfTheHandshakeIsMadeUpFor() throws Exception {
        for (int lost = 0; lost < 8; lost++) {
            int which = lost;
            DatagramPipe pipe = new DatagramPipe(1);
            AtomicInteger sent = new AtomicInteger();
            pipe.left().losing(datagram -> sent.getAndIncrement() == which);
            pipe.right().losing(datagram -> sent.getAndIncrement() == which);
            try (TestNode server = TestNode.server(one, pipe.left());
                    TestNode client = TestNode.client(two, pipe.right())) {
                client.awaitEstablished();
                server.awaitEstablished();
            }
        }
    }

    @Test
    @Slow("Makes ten handshakes that wait for resends.")
    void handshakeAndDataSurviveLossDuplicationAndReordering() throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            DatagramPipe pipe = new DatagramPipe(seed).with(0.15, 0.2, 0.2);
            try (TestNode server = TestNode.server(one, pipe.left());
                    TestNode client = TestNode.client(two, pipe.right())) {
                client.awaitEstablished();
                server.awaitEstablished();
                for (int i = 0; i < 300; i++) {
                    client.send("packet " + i);
                }
                long deadline = System.nanoTime() + TestNode.PATIENCE.toNanos();
                while (server.delivered.size() < 200 && System.nanoTime() < deadline) {
                    Thread.sleep(5);
                }
                Thread.sleep(20);
                List<String> delivered = server.drain();
                assertEquals(delivered.size(), Set.copyOf(delivered).size(), "nothing is delivered twice");
                assertTrue(delivered.size() >= 200, "delivered " + delivered.size());
                assertTrue(server.replayed.get() > 0, "duplicates were to arrive");
                assertEquals(0, server.badTags.get());
            }
        }
    }

    /** bc-java issue 726: at such delays a flight is resent before its answer can be there. */
    @Test
    @Slow("One of the two handshakes is over a path with a round trip of 1.5 s.")
    void longRoundTripsOnlyTakeLonger() throws Exception {
        HandshakeSettings left = HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred());
        HandshakeSettings right = HandshakeSettings.of(psk, "10.0.0.2", Aeads.preferred());
        DatagramPipe far = new DatagramPipe(1).delayedBy(Duration.ofMillis(300));
        DatagramPipe farther = new DatagramPipe(2).delayedBy(Duration.ofMillis(750));
        try (TestNode server = TestNode.server(left, far.left());
                TestNode client = TestNode.client(right, far.right());
                TestNode otherServer = TestNode.server(left, farther.left());
                TestNode otherClient = TestNode.client(right, farther.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            otherClient.awaitEstablished();
            otherServer.awaitEstablished();
            otherClient.send("far away");
            assertEquals("far away", otherServer.awaitText());
        }
    }

    @Test
    void theLastFlightIsAnsweredAgainLongAfterTheHandshake() throws Exception {
        DatagramPipe pipe = new DatagramPipe(1);
        AtomicInteger protectedFlights = new AtomicInteger();
        pipe.left()
                .losing(datagram -> Records.hasProtectedHandshake(datagram) && protectedFlights.getAndIncrement() < 4);
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            server.awaitEstablished();
            client.awaitEstablished();
            assertTrue(protectedFlights.get() >= 5);
        }
    }
}
