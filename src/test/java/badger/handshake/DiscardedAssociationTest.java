package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.RecordSealer;
import badger.record.Records;
import badger.testing.DatagramPipe;
import badger.testing.WatchedBackend;
import badger.wire.DtlsRecord;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whenever an association is discarded, its keys go and its connection ID is free again. */
final class DiscardedAssociationTest {
    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");
    private final ConnectionIds idsOfServer = new ConnectionIds();
    private final ConnectionIds idsOfClient = new ConnectionIds();
    private final HandshakeSettings one =
            HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred()).withConnectionIds(idsOfServer);
    private final HandshakeSettings two =
            HandshakeSettings.of(psk, "10.0.0.2", Aeads.preferred()).withConnectionIds(idsOfClient);
    private final DatagramPipe pipe = new DatagramPipe(1);

    @AfterEach
    void wipe() {
        psk.close();
    }

    @Test
    void establishedOneSaysGoodbyeAndNeitherSealsNorOpensAnyMore() throws Exception {
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            RecordProtection protection = client.association.protection();
            byte[] record = server.sealed("too late");
            client.association.discard();
            assertEquals(RecordSealer.NONE_LEFT, protection.sealer(0).reserve(1));
            assertEquals(0, Records.live(idsOfClient));
            client.awaitEnded();
            server.awaitEnded();
            client.handle(record);
            assertEquals(List.of(), client.drain());
            assertTrue(client.badTags.get() > 0);
            client.association.discard();
        }
    }

    @Test
    void oneThatIsShakingHandsFailsAsClosed() throws Exception {
        try (TestNode client = TestNode.client(two, pipe.right())) {
            assertEquals(DtlsRecord.HANDSHAKE, pipe.left().receive(TestNode.PATIENCE)[0]);
            assertEquals(1, Records.live(idsOfClient));
            Association shakingHands = client.associations.getFirst();
            shakingHands.discard();
            assertEquals(HandshakeFailure.CLOSED, client.awaitFailure());
            assertTrue(shakingHands.isEnded());
            assertNull(shakingHands.protection());
            assertEquals(0, Records.live(idsOfClient));
        }
    }

    /** Its keys are made, but nobody has been given them yet who could wipe them. */
    @Test
    void oneWhoseHandshakeEndsAtThatMomentIsNeverHandedOver() throws Exception {
        AtomicReference<TestNode> discarding = new AtomicReference<>();
        // The first record that is opened is the client's Finished, the last that the server waits for.
        WatchedBackend watched = new WatchedBackend(
                Aeads.preferred(),
                () -> discarding.get().associations.getFirst().discard());
        HandshakeSettings settings =
                HandshakeSettings.of(psk, "10.0.0.1", watched).withConnectionIds(idsOfServer);
        try (TestNode server = TestNode.server(settings, pipe.left())) {
            discarding.set(server);
            try (TestNode client = TestNode.client(two, pipe.right())) {
                assertEquals(HandshakeFailure.CLOSED, server.awaitFailure());
                // Its Finished was ready to go, and so goes before the close_notify.
                client.awaitEstablished();
                client.awaitEnded();
            }
            assertTrue(server.associations.getFirst().awaitEnd(TestNode.PATIENCE));
            assertEquals(1, server.established.getCount());
            assertEquals(0, Records.live(idsOfServer));
            assertTrue(watched.made.get() > 0);
            assertEquals(watched.made.get(), watched.closed.get(), "a key was left behind");
        }
    }
}
