package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.RecordRoute;
import badger.record.Records;
import badger.testing.DatagramPipe;
import badger.testing.MeshNode;
import badger.testing.Slow;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two Badger ends whose records name their association (RFC 9146). */
final class NamedAssociationTest {
    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");
    private final ConnectionIds idsOfServer = new ConnectionIds();
    private final ConnectionIds idsOfClient = new ConnectionIds();
    private final HandshakeSettings one =
            HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred()).withConnectionIds(idsOfServer);
    private final HandshakeSettings two =
            HandshakeSettings.of(psk, "10.0.0.2", Aeads.preferred()).withConnectionIds(idsOfClient);
    private final DatagramPipe pipe = new DatagramPipe(1);
    private final List<byte[]> sent = new CopyOnWriteArrayList<>();

    @AfterEach
    void wipe() {
        psk.close();
    }

    @Test
    void everyProtectedRecordNamesItsAssociation() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left(), sent::add);
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            client.sentTap = sent::add;
            client.send("to the server");
            assertEquals("to the server", server.awaitText());
            server.send("to the client");
            assertEquals("to the client", client.awaitText());
            client.send("");
            assertEquals("", server.awaitText());
            assertEquals(4, client.peerIdBytes());
            assertEquals(4, server.peerIdBytes());
            assertNotEquals(client.association.ownConnectionId(), server.association.ownConnectionId());
            client.association.close();
            client.awaitEnded();
            server.awaitEnded();
            assertNamed(client.association, server.association);
        }
    }

    private void assertNamed(Association client, Association server) {
        int named = 0;
        for (byte[] datagram : sent) {
            for (byte[] record : Records.of(datagram)) {
                if (Records.epoch(record) == 1) {
                    named++;
                    assertEquals(DtlsRecord.TLS12_CID, Records.type(record));
                    int id = ByteBuffer.wrap(record).getInt(11);
                    assertTrue(id == client.ownConnectionId() || id == server.ownConnectionId());
                }
            }
        }
        // The server's Finished and alert, the client's alert, and three of data.
        assertTrue(named >= 6, "only " + named);
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "false, false"})
    void whereOneEndHasNoneBothDoWithout(boolean clientHas, boolean serverHas) throws Exception {
        ConnectionIds none = Records.noIds();
        try (TestNode server = TestNode.server(serverHas ? one : one.withConnectionIds(none), pipe.left());
                TestNode client = TestNode.client(clientHas ? two : two.withConnectionIds(none), pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            for (TestNode node : List.of(client, server)) {
                assertEquals(ConnectionIds.NONE, node.association.ownConnectionId());
                assertEquals(0, node.peerIdBytes());
            }
            assertEquals(DtlsRecord.APPLICATION_DATA, client.sealed("x")[0]);
            client.send("to the server");
            assertEquals("to the server", server.awaitText());
            server.send("to the client");
            assertEquals("to the client", client.awaitText());
            assertEquals(0, Records.live(idsOfClient), "what was offered in vain is free again");
            server.handle(Records.forgedNamed(0, 5, new byte[60]));
            server.handle(Records.forgedNamed(0x01020304, 5, new byte[60]));
            assertEquals(2, refusals(server, RecordProtection.BAD_CONNECTION_ID));
            client.association.close();
            client.awaitEnded();
            server.awaitEnded();
        }
    }

    @Test
    void ownerIsFoundByTheIdUntilTheKeysAreGone() throws Exception {
        Association ofServer;
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            ofServer = server.association;
            ofServer.belongsTo("the client");
            assertSame("the client", idsOfServer.byConnectionId(ofServer.ownConnectionId()));
            assertNull(idsOfClient.byConnectionId(client.association.ownConnectionId()));
            client.association.close();
            server.awaitEnded();
            // Records that were on their way may still be opened.
            assertEquals(1, Records.live(idsOfServer));
        }
        assertNull(idsOfServer.byConnectionId(ofServer.ownConnectionId()));
        assertEquals(0, Records.live(idsOfServer));
        assertEquals(0, Records.live(idsOfClient));
    }

    @Test
    @Slow("Waits for two handshakes to be given up, which takes 3.7 s.")
    void idsOfHandshakesThatFailAreFreeAgain() throws Exception {
        Psk other = Psk.of("another key of at least 32 bytes");
        HandshakeSettings wrong = HandshakeSettings.of(other, "10.0.0.2", Aeads.preferred())
                .withConnectionIds(idsOfClient)
                .withTimeout(Duration.ofSeconds(3));
        try (TestNode server = TestNode.server(one.withTimeout(Duration.ofSeconds(3)), pipe.left());
                TestNode client = TestNode.client(wrong, pipe.right())) {
            assertEquals(HandshakeFailure.WRONG_KEY_LIKELY, client.awaitFailure());
            assertEquals(HandshakeFailure.WRONG_KEY_LIKELY, server.awaitFailure());
        }
        try (TestNode client =
                TestNode.client(wrong.withTimeout(Duration.ofMillis(700)), new DatagramPipe(2).right())) {
            assertEquals(HandshakeFailure.TIMEOUT, client.awaitFailure());
        }
        assertEquals(0, Records.live(idsOfServer));
        assertEquals(0, Records.live(idsOfClient));
        other.close();
    }

    @Test
    void recordsThatNameNobodyOrNothingAreDroppedAndCounted() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            byte[] named = client.sealed("once");
            byte[] misnamed = named.clone();
            misnamed[12] ^= 1;
            server.handle(misnamed);
            assertEquals(1, refusals(server, RecordProtection.BAD_CONNECTION_ID));
            server.handle(Records.forged(23, 0xFEFD, 1, 900, new byte[60]));
            assertEquals(2, refusals(server, RecordProtection.BAD_CONNECTION_ID), "none, where one was agreed");
            // bctls is spared those as well.
            server.handle(Records.forged(21, 0xFEFD, 1, 901, new byte[26]));
            server.handle(Records.forged(22, 0xFEFD, 1, 902, new byte[60]));
            for (int length = 0; length < named.length; length++) {
                server.handle(Arrays.copyOf(named, length));
            }
            assertTrue(server.routes.contains(RecordRoute.TOO_SHORT));
            assertEquals(List.of(), server.drain());
            server.handle(named);
            assertEquals("once", server.awaitText());
            assertTrue(TestNode.isEstablished(server.association));
        }
    }

    @Test
    void forgedRecordsWithTheRightIdAreBorne() throws Exception {
        Random random = new Random(8);
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            // Also in the middle of the handshake.
            for (int i = 0; i < 2_000; i++) {
                int id = client.associations.getFirst().ownConnectionId();
                client.handle(Records.forgedNamed(id, i, Records.random(random, random.nextInt(200))));
            }
            client.awaitEstablished();
            server.awaitEstablished();
            for (int i = 0; i < 5_000; i++) {
                byte[] body = Records.random(random, random.nextInt(200));
                client.handle(Records.forgedNamed(client.association.ownConnectionId(), 1L << 40, body));
                server.handle(Records.forgedNamed(server.association.ownConnectionId(), 1L << 40, body));
            }
            assertTrue(refusals(server, RecordProtection.BAD_TAG) > 3_000);
            // None of the forged, but where the first of them filled the client's queue its Finished came again.
            assertTrue(refusals(server, RecordProtection.CONTROL) < 10);
            server.send("still here");
            assertEquals("still here", client.awaitText());
            client.send("here too");
            assertEquals("here too", server.awaitText());
        }
    }

    /** It would look for the length at the wrong place, and take the rest for records that nobody has looked at. */
    @Test
    void recordThatIsNotNamedAsAgreedNeverReachesBctls() throws Exception {
        ControlQueue queue = new ControlQueue();
        HandshakeCrypto crypto = new HandshakeCrypto(one, queue);
        byte[] buffer = new byte[FlightTransport.LONGEST_RECORD_BYTES];
        byte[] named = Records.forgedNamed(0x00010000, 1, new byte[60]);
        byte[] unnamed = Records.forged(22, 0xFEFD, 1, 1, new byte[60]);
        byte[] clear = Records.forged(22, 0xFEFD, 0, 1, new byte[60]);
        try (Arena arena = Arena.ofConfined()) {
            FlightTransport transport = new FlightTransport(queue, (flight, at, length) -> {}, crypto, arena);
            for (byte[] each : List.of(named, unnamed, clear)) {
                assertTrue(queue.offer(each));
            }
            assertEquals(-1, transport.receive(buffer, 0, buffer.length, 1_000), "none was agreed on");
            assertEquals(unnamed.length, transport.receive(buffer, 0, buffer.length, 1_000));
            assertEquals(clear.length, transport.receive(buffer, 0, buffer.length, 1_000));
            assertEquals(4, crypto.newConnectionId().length);
            for (byte[] each : List.of(named, unnamed, clear)) {
                assertTrue(queue.offer(each));
            }
            assertEquals(named.length, transport.receive(buffer, 0, buffer.length, 1_000));
            assertEquals(-1, transport.receive(buffer, 0, buffer.length, 1_000), "one was agreed on");
            assertEquals(clear.length, transport.receive(buffer, 0, buffer.length, 1_000));
        }
        crypto.abandon();
        assertEquals(0, Records.live(idsOfServer));
    }

    /** Data behind a Finished that is late must not make it look old to bctls, whose window is 64 records. */
    @Test
    void lateFinishedIsTakenAfterManyRecordsOfData() throws Exception {
        AtomicInteger held = new AtomicInteger();
        List<byte[]> late = new CopyOnWriteArrayList<>();
        pipe.left().losing(datagram -> {
            boolean isHeld = Records.hasProtectedHandshake(datagram);
            if (isHeld && held.getAndIncrement() == 0) {
                late.add(datagram);
            }
            return isHeld;
        });
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            server.awaitEstablished();
            for (int i = 0; i < 200; i++) {
                server.send("early");
                Thread.sleep(1);
            }
            assertFalse(TestNode.isEstablished(client.associations.getFirst()));
            assertTrue(MeshNode.await(TestNode.PATIENCE, () -> !late.isEmpty()));
            client.handle(late.getFirst());
            client.awaitEstablished();
            server.send("late");
            assertEquals("late", client.awaitTextAfter("early"));
        }
    }

    /** The client's Finished comes again, as the server's was lost: now by way of the fast path. */
    @Test
    void handshakeRecordsOfAnEstablishedServerFindTheirWay() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        pipe.left().losing(datagram -> Records.hasProtectedHandshake(datagram) && lost.getAndIncrement() < 2);
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            server.awaitRefusals(RecordProtection.CONTROL, 1);
            client.send("here");
            assertEquals("here", server.awaitText());
            server.association.close();
            client.awaitEnded();
            server.awaitEnded();
            // The close_notify.
            client.awaitRefusals(RecordProtection.CONTROL, 1);
        }
    }

    private static int refusals(TestNode node, int result) {
        return node.refusals.getOrDefault(result, 0);
    }
}
