package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import badger.aead.Aeads;
import badger.testing.ChildProcess;
import badger.testing.NeedsTools;
import badger.testing.UdpLink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** pion/dtls, the stack of the paper, as the other end, over UDP on loopback; built from Debian's Go sources. */
@NeedsTools({"go", "golang-github-pion-dtls.v2-dev"})
final class PionInteropTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final String KEY_HEX = HexFormat.of().formatHex(KEY.getBytes(StandardCharsets.UTF_8));
    private static final Path PROGRAM = Path.of("target", "pion_peer").toAbsolutePath();
    private static final String PACKAGE = "golang-github-pion-dtls.v2-dev";

    private final Psk psk = Psk.of(KEY);
    private final HandshakeSettings ours = HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred());

    @BeforeAll
    static void build() throws Exception {
        Files.createDirectories(PROGRAM.getParent());
        ChildProcess.run(
                "golang-go and " + PACKAGE,
                Map.of("GO111MODULE", "off", "GOPATH", "/usr/share/gocode", "GOFLAGS", ""),
                Path.of("src", "test", "go"),
                "go",
                "build",
                "-o",
                PROGRAM.toString(),
                "pion_peer.go");
    }

    @AfterEach
    void wipe() {
        psk.close();
    }

    private static ChildProcess pion(String role, int port) {
        return ChildProcess.start(PACKAGE, PROGRAM.toString(), role, "127.0.0.1:" + port, KEY_HEX, "10.0.0.9");
    }

    private static void talk(TestNode node, ChildProcess pion) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            node.send("packet " + i);
            assertEquals("pion heard: packet " + i, node.awaitText());
        }
        node.association.close();
        pion.awaitLine("ended");
    }

    @Test
    void ourClientTalksToItsServer() throws Exception {
        int port = UdpLink.freePort();
        try (ChildProcess pion = pion("server", port);
                TestNode node = startClient(pion, port)) {
            node.awaitEstablished();
            assertEquals("PSK_WITH_AES_128_GCM_SHA256", node.association.cipherSuite());
            assertEquals("10.0.0.9", node.association.peerIdentity());
            assertFalse(node.association.isBadger());
            pion.awaitLine("peer: 10.0.0.1");
            talk(node, pion);
        }
    }

    private TestNode startClient(ChildProcess pion, int port) throws InterruptedException {
        pion.awaitLine("listening");
        return TestNode.client(ours, UdpLink.to(port));
    }

    @Test
    void itsClientTalksToOurServer() throws Exception {
        UdpLink link = UdpLink.listening();
        try (TestNode node = TestNode.server(ours, link);
                ChildProcess pion = pion("client", link.port())) {
            node.awaitEstablished();
            assertEquals("10.0.0.9", node.association.peerIdentity());
            pion.awaitLine("peer: 10.0.0.1");
            assertEquals("from pion", node.awaitText());
            talk(node, pion);
        }
    }
}
