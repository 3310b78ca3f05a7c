package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.record.RecordProtection;
import badger.record.RecordRoute;
import badger.record.Records;
import badger.testing.DatagramPipe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing unauthenticated ends an open session or is delivered. */
final class HostileInputTest {
    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");
    private final DatagramPipe pipe = new DatagramPipe(1);
    private TestNode server;
    private TestNode client;

    @BeforeEach
    void establish() throws InterruptedException {
        server = TestNode.server(HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred()), pipe.left());
        client = TestNode.client(HandshakeSettings.of(psk, "10.0.0.2", Aeads.preferred()), pipe.right());
        client.awaitEstablished();
        server.awaitEstablished();
    }

    @AfterEach
    void sessionIsStillUpAndNothingWasDelivered() throws InterruptedException {
        client.send("still here");
        server.send("here too");
        assertEquals("still here", server.awaitText());
        assertEquals("here too", client.awaitText());
        assertTrue(TestNode.isEstablished(server.association));
        assertTrue(TestNode.isEstablished(client.association));
        client.close();
        server.close();
        psk.close();
    }

    private void atBoth(byte[] datagram) {
        server.handle(datagram);
        client.handle(datagram);
    }

    /** Also past the router, as if it had been forgotten: the association looks again. */
    private void atAssociations(byte[] record) {
        for (TestNode node : List.of(server, client)) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment segment = arena.allocate(Math.max(1, record.length));
                MemorySegment.copy(record, 0, segment, ValueLayout.JAVA_BYTE, 0, record.length);
                node.association.offer(segment, 0, record.length);
            }
        }
    }

    @Test
    void shortForgedRecordKillsNeitherEnd() {
        for (int body = 0; body < 24; body++) {
            for (int type = 20; type <= 25; type++) {
                byte[] forged = Records.forged(type, 0xFEFD, 1, 1L << 40, new byte[body]);
                atBoth(forged);
                atAssociations(forged);
            }
        }
    }

    @Test
    void fragmentOfSixteenMebibytesIsDropped() {
        for (int messageSequence = 0; messageSequence < 16; messageSequence++) {
            byte[] message = Records.handshake(16, 0xFFFFFF, messageSequence, 0, 20, 20);
            atBoth(Records.forged(22, 0xFEFD, 0, 1L << 40, message));
        }
        assertTrue(server.routes.contains(RecordRoute.LONG_FRAGMENT));
    }

    @Test
    void everyTypeEpochAndLengthIsBorne() throws InterruptedException {
        Random random = new Random(5);
        long sequence = 1000;
        for (int type = 0; type <= 30; type++) {
            for (int epoch = 0; epoch <= 2; epoch++) {
                for (int length = 0; length <= 40; length++) {
                    for (int version : new int[] {0xFEFD, 0xFEFF, 0x0303}) {
                        byte[] record =
                                Records.forged(type, version, epoch, sequence++, Records.random(random, length));
                        atBoth(record);
                        atAssociations(record);
                    }
                }
            }
            // The associations' threads are to see them, not only the bound of their queues.
            Thread.sleep(1);
        }
    }

    @Test
    void plaintextAlertsAreNotBelieved() {
        for (int level = 1; level <= 2; level++) {
            for (int description = 0; description < 256; description++) {
                byte[] alert = {(byte) level, (byte) description};
                byte[] record = Records.forged(21, 0xFEFD, 0, 1000 + description, alert);
                atBoth(record);
                atAssociations(record);
            }
        }
    }

    @Test
    void forgedHandshakeMessagesAreBorne() throws InterruptedException {
        Random random = new Random(9);
        for (int i = 0; i < 5000; i++) {
            int declared = random.nextInt(80);
            int fragment = random.nextInt(declared + 1);
            byte[] message = Records.handshake(
                    random.nextInt(25),
                    declared,
                    random.nextInt(8),
                    random.nextInt(declared - fragment + 1),
                    fragment,
                    fragment);
            byte[] record = Records.forged(22, 0xFEFD, 0, 100 + i, message);
            atBoth(record);
            atAssociations(record);
            if (i % 16 == 0) {
                Thread.sleep(0, 200_000);
            }
        }
    }

    @Test
    void randomAndTruncatedDatagramsAreBorne() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            atBoth(Records.random(random, random.nextInt(200)));
        }
        byte[] good = client.sealed("delivered once at most");
        for (int length = 0; length < good.length; length++) {
            server.handle(Arrays.copyOf(good, length));
        }
        for (int at = 0; at < good.length; at++) {
            byte[] changed = good.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            server.handle(changed);
        }
        assertEquals(List.of(), server.drain());
        assertEquals(List.of(), client.drain());
    }

    @Test
    void replayedRecordsAreDeliveredOnce() {
        List<byte[]> recorded = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            recorded.add(client.sealed("packet " + i));
        }
        recorded.forEach(server::handle);
        assertEquals(10_000, server.drain().size());
        recorded.forEach(server::handle);
        assertEquals(List.of(), server.drain());
        assertEquals(10_000, server.replayed.get());
    }

    @Test
    void reflectedRecordsAreNotAccepted() {
        byte[] record = client.sealed("to the server");
        client.handle(record);
        assertEquals(List.of(), client.drain());
        Map<Integer, Integer> refusals = new HashMap<>(client.refusals);
        // A Finished that the server has sent again, since the machine was slow.
        refusals.remove(RecordProtection.CONTROL);
        assertEquals(Map.of(RecordProtection.BAD_CONNECTION_ID, 1), refusals);
        ByteBuffer.wrap(record).putInt(11, client.association.ownConnectionId());
        client.handle(record);
        assertEquals(List.of(), client.drain());
        assertEquals(1, client.badTags.get());
    }
}
