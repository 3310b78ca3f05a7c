package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import badger.aead.Aeads;
import badger.testing.ChildProcess;
import badger.testing.NeedsTools;
import badger.testing.UdpLink;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSL's own programs as the other end, over UDP on loopback. */
@NeedsTools("openssl")
final class OpenSslInteropTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String KEY_HEX = HexFormat.of().formatHex(KEY.getBytes(StandardCharsets.UTF_8));

    private final Psk psk = Psk.of(KEY);
    private final HandshakeSettings ours = HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred());

    @AfterEach
    void wipe() {
        psk.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PSK-AES128-GCM-SHA256, PSK_WITH_AES_128_GCM_SHA256",
        "DHE-PSK-AES128-GCM-SHA256, DHE_PSK_WITH_AES_128_GCM_SHA256"
    })
    void ourClientTalksToItsServer(String theirName, String ourName) throws Exception {
        int port = UdpLink.freePort();
        try (ChildProcess openssl = ChildProcess.start(
                        "openssl",
                        "openssl",
                        "s_server",
                        "-dtls1_2",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-nocert",
                        "-psk_identity",
                        "10.0.0.1",
                        "-psk_hint",
                        "10.0.0.9",
                        "-psk",
                        KEY_HEX,
                        "-cipher",
                        theirName);
                TestNode node = startClient(openssl, port)) {
            node.awaitEstablished();
            assertEquals(ourName, node.association.cipherSuite());
            assertEquals("10.0.0.9", node.association.peerIdentity());
            assertFalse(node.association.isBadger());
            node.send("from badger\n");
            openssl.awaitLine("from badger");
            openssl.writeLine("from openssl");
            assertEquals("from openssl\n", node.awaitText());
            node.association.close();
            openssl.awaitLine("DONE");
        }
    }

    private TestNode startClient(ChildProcess openssl, int port) throws InterruptedException {
        openssl.awaitLine("ACCEPT");
        return TestNode.client(ours, UdpLink.to(port));
    }

    @ParameterizedTest
    @CsvSource({
        "PSK-AES128-GCM-SHA256, PSK_WITH_AES_128_GCM_SHA256",
        "DHE-PSK-AES128-GCM-SHA256, DHE_PSK_WITH_AES_128_GCM_SHA256"
    })
    void itsClientTalksToOurServer(String theirName, String ourName) throws Exception {
        UdpLink link = UdpLink.listening();
        try (TestNode node = TestNode.server(ours, link);
                ChildProcess openssl = ChildProcess.start(
                        "openssl",
                        "openssl",
                        "s_client",
                        "-dtls1_2",
                        "-connect",
                        "127.0.0.1:" + link.port(),
                        "-psk_identity",
                        "10.0.0.9",
                        "-psk",
                        KEY_HEX,
                        "-cipher",
                        theirName)) {
            node.awaitEstablished();
            assertEquals(ourName, node.association.cipherSuite());
            assertEquals("10.0.0.9", node.association.peerIdentity());
            openssl.awaitLine("Extended master secret: yes");
            openssl.writeLine("from openssl");
            assertEquals("from openssl\n", node.awaitText());
            node.send("from badger\n");
            openssl.awaitLine("from badger");
            node.association.close();
            openssl.awaitLine("closed");
        }
    }

    @ParameterizedTest
    @CsvSource({"PSK-AES128-GCM-SHA256"})
    void itsClientEndsOurServerByCloseNotify(String theirName) throws Exception {
        UdpLink link = UdpLink.listening();
        try (TestNode node = TestNode.server(ours, link);
                ChildProcess openssl = ChildProcess.start(
                        "openssl",
                        "openssl",
                        "s_client",
                        "-dtls1_2",
                        "-connect",
                        "127.0.0.1:" + link.port(),
                        "-psk",
                        KEY_HEX,
                        "-cipher",
                        theirName)) {
            node.awaitEstablished();
            assertEquals("Client_identity", node.association.peerIdentity());
            openssl.awaitLine("Extended master secret: yes");
            openssl.writeLine("Q");
            node.awaitEnded();
        }
    }
}
