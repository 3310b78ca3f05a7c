package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.Records;
import badger.testing.DatagramPipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bctls as it comes, with its own record layer and its window of 64, as the other end. */
final class StockBctlsInteropTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final int[] SUITES = {CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256};

    private final Psk psk = Psk.of(KEY);
    private final HandshakeSettings ours = HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred());
    private final DatagramPipe pipe = new DatagramPipe(1);

    @AfterEach
    void wipe() {
        psk.close();
    }

    private static FutureTask<DTLSTransport> start(Callable<DTLSTransport> handshake) {
        FutureTask<DTLSTransport> task = new FutureTask<>(handshake);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static String receive(DTLSTransport transport) throws IOException {
        byte[] buffer = new byte[2000];
        int length = transport.receive(buffer, 0, buffer.length, 10_000);
        return length < 0 ? "nothing" : new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    private static void send(DTLSTransport transport, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        transport.send(bytes, 0, bytes.length);
    }

    @Test
    void ourServerTalksToItsClient() throws Exception {
        FutureTask<DTLSTransport> connected =
                start(() -> new DTLSClientProtocol().connect(new Client(), new PipeTransport(pipe.right())));
        try (TestNode node = TestNode.server(ours, pipe.left())) {
            node.awaitEstablished();
            DTLSTransport peer = connected.get(15, TimeUnit.SECONDS);
            assertEquals("stock", node.association.peerIdentity());
            assertFalse(node.association.isBadger());
            send(peer, "from bctls");
            assertEquals("from bctls", node.awaitText());
            for (int i = 0; i < 500; i++) {
                node.send("packet " + i);
                assertEquals("packet " + i, receive(peer));
            }
            peer.close();
            node.awaitEnded();
        }
    }

    @Test
    void ourClientTalksToItsServerAndItHearsOurGoodbye() throws Exception {
        FutureTask<DTLSTransport> accepted =
                start(() -> new DTLSServerProtocol().accept(new Server(), new PipeTransport(pipe.left())));
        try (TestNode node = TestNode.client(ours, pipe.right())) {
            node.awaitEstablished();
            DTLSTransport peer = accepted.get(15, TimeUnit.SECONDS);
            for (int i = 0; i < 500; i++) {
                node.send("packet " + i);
                assertEquals("packet " + i, receive(peer));
            }
            send(peer, "from bctls");
            assertEquals("from bctls", node.awaitText());
            node.association.close();
            node.awaitEnded();
            IOException ended = null;
            try {
                receive(peer);
            } catch (IOException e) {
                ended = e;
            }
            assertTrue(ended != null, "close_notify was to end the peer's receive");
        }
    }

    @Test
    void itsClientGetsOurFinishedAgainBehindDataOfOurs() throws Exception {
        AtomicInteger lostFinished = new AtomicInteger();
        pipe.left().losing(datagram -> Records.hasProtectedHandshake(datagram) && lostFinished.getAndIncrement() < 1);
        FutureTask<DTLSTransport> connected =
                start(() -> new DTLSClientProtocol().connect(new Client(), new PipeTransport(pipe.right())));
        try (TestNode node = TestNode.server(ours, pipe.left())) {
            node.awaitEstablished();
            for (int i = 0; i < 100; i++) {
                node.send("early");
            }
            DTLSTransport peer = connected.get(15, TimeUnit.SECONDS);
            node.send("late");
            String text = receive(peer);
            while (text.equals("early")) {
                text = receive(peer);
            }
            assertEquals("late", text);
            assertTrue(lostFinished.get() >= 2);
        }
    }

    @Test
    void clientWithoutExtendedMasterSecretIsRefused() throws Exception {
        Client old = new Client() {
            @Override
            public boolean shouldUseExtendedMasterSecret() {
                return false;
            }
        };
        refuses(old);
    }

    @Test
    void clientWithOtherSuitesAloneIsRefused() throws Exception {
        Client other = new Client() {
            @Override
            protected int[] getSupportedCipherSuites() {
                return new int[] {CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256};
            }
        };
        refuses(other);
    }

    private void refuses(Client client) throws Exception {
        FutureTask<DTLSTransport> connected =
                start(() -> new DTLSClientProtocol().connect(client, new PipeTransport(pipe.right())));
        try (TestNode node = TestNode.server(ours, pipe.left())) {
            assertEquals(HandshakeFailure.NO_COMMON_SUITE, node.awaitFailure());
            assertThrows(ExecutionException.class, () -> connected.get(15, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 32})
    void ourServerAndItsClientNameTheirAssociation(int idBytes) throws Exception {
        FutureTask<DTLSTransport> connected = start(
                () -> new DTLSClientProtocol().connect(new Client(new byte[idBytes]), new PipeTransport(pipe.right())));
        try (TestNode node = TestNode.server(ours, pipe.left())) {
            node.awaitEstablished();
            DTLSTransport peer = connected.get(15, TimeUnit.SECONDS);
            talksNamed(node, peer, idBytes);
            peer.close();
            node.awaitEnded();
            // Its close_notify was named, too.
            node.awaitRefusals(RecordProtection.CONTROL, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 32})
    void ourClientAndItsServerNameTheirAssociation(int idBytes) throws Exception {
        FutureTask<DTLSTransport> accepted = start(
                () -> new DTLSServerProtocol().accept(new Server(new byte[idBytes]), new PipeTransport(pipe.left())));
        try (TestNode node = TestNode.client(ours, pipe.right())) {
            node.awaitEstablished();
            DTLSTransport peer = accepted.get(15, TimeUnit.SECONDS);
            talksNamed(node, peer, idBytes);
            node.association.close();
            node.awaitEnded();
            assertThrows(IOException.class, () -> receive(peer), "it was to hear our close_notify");
        }
    }

    private static void talksNamed(TestNode node, DTLSTransport peer, int idBytes) throws Exception {
        assertNotEquals(ConnectionIds.NONE, node.association.ownConnectionId());
        assertEquals(idBytes, node.peerIdBytes());
        for (int i = 0; i < 200; i++) {
            send(peer, "from bctls " + i);
            assertEquals("from bctls " + i, node.awaitText());
            node.send("from badger " + i);
            assertEquals("from badger " + i, receive(peer));
        }
        assertEquals(idBytes == 0 ? 23 : 25, node.sealed("x")[0]);
        // A Finished that its peer has sent again, since the machine was slow.
        assertTrue(Set.of(RecordProtection.CONTROL).containsAll(node.refusals.keySet()), node.refusals::toString);
        assertTrue(node.refusals.getOrDefault(RecordProtection.CONTROL, 0) < 10, node.refusals::toString);
    }

    @Test
    void aServerIgnoresAnIdThatIsTooLongForItsRecords() throws Exception {
        FutureTask<DTLSTransport> connected = start(
                () -> new DTLSClientProtocol().connect(new Client(new byte[33]), new PipeTransport(pipe.right())));
        try (TestNode node = TestNode.server(ours, pipe.left())) {
            node.awaitEstablished();
            DTLSTransport peer = connected.get(15, TimeUnit.SECONDS);
            assertEquals(ConnectionIds.NONE, node.association.ownConnectionId());
            send(peer, "from bctls");
            assertEquals("from bctls", node.awaitText());
            node.send("from badger");
            assertEquals("from badger", receive(peer));
        }
    }

    @Test
    void aClientRefusesAnIdThatIsTooLongForItsRecords() throws Exception {
        FutureTask<DTLSTransport> accepted =
                start(() -> new DTLSServerProtocol().accept(new Server(new byte[33]), new PipeTransport(pipe.left())));
        try (TestNode node = TestNode.client(ours, pipe.right())) {
            node.awaitFailure();
            assertThrows(ExecutionException.class, () -> accepted.get(15, TimeUnit.SECONDS));
        }
        assertEquals(0, Records.live(ours.connectionIds()));
    }

    private static BcTlsCrypto crypto() {
        return new BcTlsCrypto(new SecureRandom());
    }

    static class Client extends PSKTlsClient {
        private final byte[] connectionId;

        Client() {
            this(null);
        }

        /** @param connectionId null to know nothing of them */
        Client(byte[] connectionId) {
            super(crypto(), "stock".getBytes(StandardCharsets.UTF_8), KEY);
            this.connectionId = connectionId;
        }

        @Override
        protected byte[] getNewConnectionID() {
            return connectionId;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return SUITES.clone();
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return 12_000;
        }
    }

    private static final class Server extends PSKTlsServer {
        private final byte[] connectionId;

        Server() {
            this(null);
        }

        /** @param connectionId null to know nothing of them */
        Server(byte[] connectionId) {
            super(crypto(), new AnyIdentity());
            this.connectionId = connectionId;
        }

        @Override
        protected byte[] getNewConnectionID() {
            return connectionId;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return SUITES.clone();
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return 12_000;
        }
    }

    private static final class AnyIdentity implements TlsPSKIdentityManager {
        @Override
        public byte[] getHint() {
            return null;
        }

        @Override
        public byte[] getPSK(byte[] identity) {
            return KEY.clone();
        }
    }

    static final class PipeTransport implements DatagramTransport {
        private final DatagramPipe.End end;
        private boolean isClosed;

        PipeTransport(DatagramPipe.End end) {
            this.end = end;
        }

        @Override
        public int getReceiveLimit() {
            return 2000;
        }

        @Override
        public int getSendLimit() {
            return 1400;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
            if (isClosed) {
                throw new IOException("closed");
            }
            try {
                byte[] datagram = end.receive(Duration.ofMillis(waitMillis));
                if (datagram == null || datagram.length > length) {
                    return -1;
                }
                System.arraycopy(datagram, 0, buffer, offset, datagram.length);
                return datagram.length;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            end.send(Arrays.copyOfRange(buffer, offset, offset + length));
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
