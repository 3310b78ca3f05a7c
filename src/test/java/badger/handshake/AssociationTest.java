package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.record.RecordProtection;
import badger.record.Records;
import badger.testing.DatagramPipe;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AssociationTest {
    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");
    private final HandshakeSettings one = HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred());
    private final HandshakeSettings two = HandshakeSettings.of(psk, "10.0.0.2", Aeads.preferred());
    private final DatagramPipe pipe = new DatagramPipe(1);

    @AfterEach
    void wipe() {
        psk.close();
    }

    @Test
    void twoNodesAgreeOnForwardSecrecyAndKnowEachOther() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            assertEquals("ECDHE_PSK_WITH_AES_128_GCM_SHA256", client.association.cipherSuite());
            assertEquals("ECDHE_PSK_WITH_AES_128_GCM_SHA256", server.association.cipherSuite());
            assertTrue(client.association.isBadger());
            assertTrue(server.association.isBadger());
            assertEquals("10.0.0.1", client.association.peerIdentity());
            assertEquals("10.0.0.2", server.association.peerIdentity());

            client.send("from the client");
            assertEquals("from the client", server.awaitText());
            server.send("from the server");
            assertEquals("from the server", client.awaitText());
        }
    }

    /** On a slow machine a flight is sent again, so the least of some handshakes counts. */
    @Test
    void flightsTravelInOneDatagramEach() throws Exception {
        int leastOfServer = 1_000;
        int leastOfClient = 1_000;
        for (int i = 0; i < 10 && leastOfServer + leastOfClient > 6; i++) {
            AtomicInteger ofServer = new AtomicInteger();
            AtomicInteger ofClient = new AtomicInteger();
            DatagramPipe each = new DatagramPipe(i);
            each.left().losing(datagram -> ofServer.incrementAndGet() < 0);
            each.right().losing(datagram -> ofClient.incrementAndGet() < 0);
            try (TestNode server = TestNode.server(slow(one), each.left());
                    TestNode client = TestNode.client(slow(two), each.right())) {
                client.awaitEstablished();
                server.awaitEstablished();
                leastOfServer = Math.min(leastOfServer, ofServer.get());
                leastOfClient = Math.min(leastOfClient, ofClient.get());
            }
        }
        // HelloVerifyRequest, then the flights of hello and Finished.
        assertEquals(3, leastOfServer);
        // Two hellos, then the flight of key exchange and Finished.
        assertEquals(3, leastOfClient);
    }

    /** So patient that no timer of bctls falls into the test. */
    private static HandshakeSettings slow(HandshakeSettings settings) {
        return settings.withResendAfter(Duration.ofSeconds(10)).withTimeout(Duration.ofSeconds(20));
    }

    @Test
    void closeNotifyEndsBothSides() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            client.association.close();
            client.awaitEnded();
            server.awaitEnded();
            assertFalse(TestNode.isEstablished(server.association));
            assertTrue(server.association.isEnded());
            assertTrue(server.association.awaitEnd(Duration.ofSeconds(5)));
        }
    }

    @Test
    void closeNotifyIsHeardAfterAMillionRecords() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right());
                Arena arena = Arena.ofConfined()) {
            client.awaitEstablished();
            server.awaitEstablished();
            MemorySegment buffer = arena.allocate(256);
            RecordProtection sender = client.association.protection();
            RecordProtection receiver = server.association.protection();
            int lost = 0;
            for (int i = 0; i < 1_000_000; i++) {
                int record = Records.seal(sender, buffer, 0, 20);
                lost += receiver.open(buffer, 0, record) == 20 ? 0 : 1;
            }
            assertEquals(0, lost);
            assertTrue(sender.recordsSealed() > 1_000_000);
            client.association.close();
            server.awaitEnded();
        }
    }

    @Test
    void wrongKeyIsNamedOnBothSides() throws Exception {
        Psk other = Psk.of("another key of at least 32 bytes");
        HandshakeSettings impatient = two.withTimeout(Duration.ofMillis(1500));
        HandshakeSettings wrong =
                HandshakeSettings.of(other, "10.0.0.1", Aeads.preferred()).withTimeout(Duration.ofMillis(1500));
        try (TestNode server = TestNode.server(wrong, pipe.left());
                TestNode client = TestNode.client(impatient, pipe.right())) {
            assertEquals(HandshakeFailure.WRONG_KEY_LIKELY, client.awaitFailure());
            assertEquals(HandshakeFailure.WRONG_KEY_LIKELY, server.awaitFailure());
            assertTrue(client.associations.getFirst().isEnded());
            assertEquals(1, server.established.getCount());
        }
        other.close();
    }

    @Test
    void silenceIsATimeout() throws Exception {
        pipe.left().losing(datagram -> true);
        try (TestNode client = TestNode.client(two.withTimeout(Duration.ofMillis(600)), pipe.right())) {
            assertEquals(HandshakeFailure.TIMEOUT, client.awaitFailure());
        }
    }

    @Test
    void refusedIdentityIsToldAtOnce() throws Exception {
        HandshakeSettings choosy = one.accepting("10.0.0.3"::equals);
        try (TestNode server = TestNode.server(choosy, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            assertEquals(HandshakeFailure.UNKNOWN_IDENTITY, client.awaitFailure());
            assertEquals(HandshakeFailure.UNKNOWN_IDENTITY, server.awaitFailure());
        }
    }

    @Test
    void ownIdentityComingBackIsRefused() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(one, pipe.right())) {
            assertEquals(HandshakeFailure.UNKNOWN_IDENTITY, client.awaitFailure());
            assertEquals(1, server.established.getCount());
        }
    }

    @Test
    void serverWithAnotherNodesHintIsLeftBeforeItHasASession() throws Exception {
        try (TestNode server = TestNode.server(one.withTimeout(Duration.ofMillis(800)), pipe.left());
                TestNode client = TestNode.client(two.accepting("10.0.0.3"::equals), pipe.right())) {
            assertEquals(HandshakeFailure.UNKNOWN_IDENTITY, client.awaitFailure());
            assertEquals(HandshakeFailure.TIMEOUT, server.awaitFailure());
            assertEquals(1, server.established.getCount());
        }
    }

    @Test
    void closingDuringTheHandshakeEndsItWithoutAWord() throws Exception {
        try (TestNode client = TestNode.client(two, pipe.right())) {
            byte[] hello = pipe.left().receive(TestNode.PATIENCE);
            assertEquals(DtlsRecord.HANDSHAKE, hello[0]);
            client.associations.getFirst().close();
            assertEquals(HandshakeFailure.CLOSED, client.awaitFailure());
            byte[] next = pipe.left().receive(Duration.ofMillis(50));
            assertTrue(next == null || next[0] == DtlsRecord.HANDSHAKE, "no alert in the clear");
        }
    }

    @Test
    void restartedPeerIsTakenBackWhileTheOldAssociationStillCarriesData() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode before = TestNode.client(two, pipe.right())) {
            before.awaitEstablished();
            server.awaitEstablished();
            before.send("before");
            assertEquals("before", server.awaitText());
            before.abandon();
            Association old = server.association;

            AtomicInteger delivered = new AtomicInteger();
            Consumer<byte[]> sendsDataBeforeEachFlight = flight -> {
                before.send("in between");
                delivered.incrementAndGet();
            };
            try (TestNode after = TestNode.client(two, pipe.right(), sendsDataBeforeEachFlight)) {
                after.awaitEstablished();
                assertTrue(delivered.get() > 0);
                for (int i = 0; i < delivered.get(); i++) {
                    assertEquals("in between", server.awaitText());
                }
                after.send("after");
                assertEquals("after", server.awaitTextAfter("in between"));
                assertEquals(2, server.associations.size());
                assertTrue(TestNode.isEstablished(old), "a ClientHello alone ends nothing");
                before.send("still");
                assertEquals("still", server.awaitText());
            }
        }
    }

    @Test
    void establishedAssociationSleepsWithoutATimer() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            // Until it has heard from the client, the server repeats its last flight by a timer.
            client.send("proof");
            assertEquals("proof", server.awaitText());
            for (TestNode node : List.of(server, client)) {
                long deadline = System.nanoTime() + TestNode.PATIENCE.toNanos();
                while (node.associationThread.getState() != Thread.State.WAITING && System.nanoTime() < deadline) {
                    Thread.sleep(5);
                }
                // TIMED_WAITING would be a timer that wakes it.
                assertEquals(Thread.State.WAITING, node.associationThread.getState());
            }
        }
    }

    @Test
    void controlQueueHasABound() throws Exception {
        Arena arena = Arena.ofAuto();
        MemorySegment record = arena.allocate(64);
        byte[] forged = Records.forged(22, 0xFEFD, 1, 1, new byte[40]);
        MemorySegment.copy(forged, 0, record, ValueLayout.JAVA_BYTE, 0, forged.length);
        Object gate = new Object();
        Association association;
        synchronized (gate) {
            association = DtlsAssociation.connect(
                    two,
                    (flight, at, length) -> {
                        synchronized (gate) {
                            assertTrue(length > 0);
                        }
                    },
                    new CookieGateTest.SilentListener());
            int taken = 0;
            while (taken < 1000 && association.offer(record, 0, forged.length)) {
                taken++;
            }
            assertTrue(taken <= ControlQueue.CAPACITY, "took " + taken);
            association.close();
        }
        assertTrue(association.awaitEnd(TestNode.PATIENCE));
        assertFalse(association.offer(record, 0, forged.length), "an ended association takes nothing");
    }

    @Test
    void theKeyRefusesToSealBeyondItsLimit() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two.withRecordLimit(10), pipe.right());
                Arena arena = Arena.ofConfined()) {
            client.awaitEstablished();
            server.awaitEstablished();
            MemorySegment buffer = arena.allocate(64);
            int sealed = 0;
            while (Records.seal(client.association.protection(), buffer, 0, 1) > 0) {
                sealed++;
            }
            assertTrue(sealed < 10 && sealed >= 5, "sealed " + sealed);
            client.association.close();
            server.awaitEnded();
        }
    }
}
