package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import badger.aead.Aeads;
import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.testing.UdpLink;
import badger.wire.DtlsRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.elements.AddressEndpointContext;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Eclipse Californium's DTLS as the other end: the one foreign stack with our first suite. Over UDP on loopback. */
final class ScandiumInteropTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    enum Suite {
        ECDHE_PSK_WITH_AES_128_GCM_SHA256(CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256),
        PSK_WITH_AES_128_GCM_SHA256(CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256);

        private final CipherSuite theirs;

        Suite(CipherSuite theirs) {
            this.theirs = theirs;
        }
    }

    private final Psk psk = Psk.of(KEY);
    private final HandshakeSettings ours = HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred());
    private final BlockingQueue<RawData> received = new LinkedBlockingQueue<>();

    @AfterEach
    void wipe() {
        psk.close();
    }

    private DTLSConnector connector(DtlsRole role, Suite suite, String clientIdentity) {
        return connector(role, suite, clientIdentity, -1);
    }

    /** @param idBytes how long a connection ID it asks for; 0 to write ours alone, -1 to know nothing of them */
    private DTLSConnector connector(DtlsRole role, Suite suite, String clientIdentity, int idBytes) {
        DtlsConfig.register();
        DtlsConnectorConfig.Builder config = new DtlsConnectorConfig.Builder(new Configuration());
        config.setAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        config.set(DtlsConfig.DTLS_ROLE, role);
        config.set(DtlsConfig.DTLS_RECOMMENDED_CIPHER_SUITES_ONLY, false);
        config.set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1);
        config.set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1);
        config.setAsList(DtlsConfig.DTLS_CIPHER_SUITES, suite.theirs);
        config.setAdvancedPskStore(new AdvancedSinglePskStore(clientIdentity, KEY.getBytes(StandardCharsets.UTF_8)));
        if (idBytes >= 0) {
            config.set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, idBytes);
        }
        DTLSConnector connector = new DTLSConnector(config.build());
        connector.setRawDataReceiver(received::add);
        return connector;
    }

    private RawData awaitReceived() throws InterruptedException {
        RawData data = received.poll(15, TimeUnit.SECONDS);
        if (data == null) {
            throw new AssertionError("Scandium received nothing");
        }
        return data;
    }

    private static RawData text(String text, InetSocketAddress to) {
        return RawData.outbound(text.getBytes(StandardCharsets.UTF_8), new AddressEndpointContext(to), null, false);
    }

    private static String text(RawData data) {
        return new String(data.getBytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void ourClientTalksToItsServer(Suite suite) throws Exception {
        DTLSConnector connector = connector(DtlsRole.SERVER_ONLY, suite, "10.0.0.1");
        connector.start();
        try (TestNode node =
                TestNode.client(ours, UdpLink.to(connector.getAddress().getPort()))) {
            node.awaitEstablished();
            assertEquals(suite.name(), node.association.cipherSuite());
            assertFalse(node.association.isBadger());
            node.send("from badger");
            RawData data = awaitReceived();
            assertEquals("from badger", text(data));
            assertEquals("10.0.0.1", data.getSenderIdentity().getName());
            connector.send(text("from scandium", data.getInetSocketAddress()));
            assertEquals("from scandium", node.awaitText());
        } finally {
            connector.destroy();
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsClientTalksToOurServer(Suite suite) throws Exception {
        DTLSConnector connector = connector(DtlsRole.CLIENT_ONLY, suite, "10.0.0.9");
        connector.start();
        UdpLink link = UdpLink.listening();
        try (TestNode node = TestNode.server(ours, link)) {
            connector.send(text("from scandium", new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port())));
            assertEquals("from scandium", node.awaitText());
            node.awaitEstablished();
            assertEquals(suite.name(), node.association.cipherSuite());
            assertEquals("10.0.0.9", node.association.peerIdentity());
            node.send("from badger");
            assertEquals("from badger", text(awaitReceived()));
            connector.close(new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port()));
            node.awaitEnded();
        } finally {
            connector.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 8})
    void ourClientNamesItsServersAssociationAsItWants(int idBytes) throws Exception {
        Suite suite = Suite.ECDHE_PSK_WITH_AES_128_GCM_SHA256;
        DTLSConnector connector = connector(DtlsRole.SERVER_ONLY, suite, "10.0.0.1", idBytes);
        connector.start();
        UdpLink link = UdpLink.to(connector.getAddress().getPort());
        try (TestNode node = TestNode.client(ours, link)) {
            node.awaitEstablished();
            assertNamed(node, idBytes);
            for (int i = 0; i < 100; i++) {
                node.send("from badger " + i);
                RawData data = awaitReceived();
                assertEquals("from badger " + i, text(data));
                connector.send(text("from scandium " + i, data.getInetSocketAddress()));
                assertEquals("from scandium " + i, node.awaitText());
            }
            connector.close(new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port()));
            node.awaitEnded();
            // Its close_notify was named, too.
            node.awaitRefusals(RecordProtection.CONTROL, 1);
        } finally {
            connector.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 8})
    void itsClientNamesOurAssociationAsWeWant(int idBytes) throws Exception {
        Suite suite = Suite.ECDHE_PSK_WITH_AES_128_GCM_SHA256;
        DTLSConnector connector = connector(DtlsRole.CLIENT_ONLY, suite, "10.0.0.9", idBytes);
        connector.start();
        UdpLink link = UdpLink.listening();
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port());
        try (TestNode node = TestNode.server(ours, link)) {
            for (int i = 0; i < 100; i++) {
                connector.send(text("from scandium " + i, server));
                assertEquals("from scandium " + i, node.awaitText());
                node.send("from badger " + i);
                assertEquals("from badger " + i, text(awaitReceived()));
            }
            assertNamed(node, idBytes);
            node.association.close();
            node.awaitEnded();
            // It hears our close_notify, and shakes hands anew.
            long deadline = System.nanoTime() + TestNode.PATIENCE.toNanos();
            while (node.associations.size() < 2 && System.nanoTime() - deadline < 0) {
                connector.send(text("again", server));
                assertEquals("again", node.awaitText());
            }
            assertEquals(2, node.associations.size());
        } finally {
            connector.destroy();
        }
    }

    private static void assertNamed(TestNode node, int idBytes) {
        assertNotEquals(ConnectionIds.NONE, node.association.ownConnectionId());
        assertEquals(idBytes, node.peerIdBytes());
        int type = idBytes == 0 ? DtlsRecord.APPLICATION_DATA : DtlsRecord.TLS12_CID;
        assertEquals(type, node.sealed("x")[0]);
    }
}
