package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.testing.CaptureFile;
import badger.testing.ChildProcess;
import badger.testing.DatagramPipe;
import badger.testing.NeedsTools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Wireshark's dissector reads in associations whose records name them, as those between Badger nodes do. */
@NeedsTools("tshark")
final class WiresharkTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final int CLIENT = 1;
    private static final int SERVER = 2;
    private static final String FROM_CLIENT = "192.0.2.1";
    private static final String FROM_SERVER = "192.0.2.2";

    // What it is asked for, in this order.
    private static final int SOURCE = 0;
    private static final int TYPES = 1;
    private static final int OUTER_TYPES = 2;
    private static final int IDS = 3;
    private static final int CONTENT = 4;
    private static final int SUMMARY = 5;
    private static final int VERSIONS = 6;
    private static final int OFFERED_ID = 7;
    private static final List<String> FIELDS = List.of(
            "ip.src",
            "dtls.record.content_type",
            "dtls.record.special_type",
            "dtls.record.connection_id",
            "data.data",
            "_ws.col.Info",
            "dtls.record.version",
            "dtls.connection_id");

    private final Psk psk = Psk.of(KEY);
    private final HandshakeSettings one = HandshakeSettings.of(psk, "10.0.0.1", Aeads.preferred());
    private final HandshakeSettings two = HandshakeSettings.of(psk, "10.0.0.2", Aeads.preferred());
    private final DatagramPipe pipe = new DatagramPipe(1);
    private final CaptureFile capture = new CaptureFile();

    @TempDir
    private Path directory;

    @BeforeEach
    void captureEverything() {
        pipe.left().losing(datagram -> {
            capture.add(SERVER, CLIENT, datagram);
            return false;
        });
        pipe.right().losing(datagram -> {
            capture.add(CLIENT, SERVER, datagram);
            return false;
        });
    }

    @AfterEach
    void wipe() {
        psk.close();
    }

    @Test
    void itKnowsTheRecordsOfTwoNodesForWhatTheyAre() throws Exception {
        String idOfServer;
        String idOfClient;
        try (TestNode server = TestNode.server(one, pipe.left());
                TestNode client = TestNode.client(two, pipe.right())) {
            client.awaitEstablished();
            server.awaitEstablished();
            idOfServer = hex(server.association.ownConnectionId());
            idOfClient = hex(client.association.ownConnectionId());
            client.send("to the server");
            assertEquals("to the server", server.awaitText());
            server.send("to the client");
            assertEquals("to the client", client.awaitText());
            client.association.close();
            client.awaitEnded();
            server.awaitEnded();
        }
        List<String[]> datagrams = dissect();
        assertTrue(datagrams.stream().anyMatch(each -> each[SUMMARY].startsWith("Client Hello")));
        assertTrue(datagrams.stream()
                .anyMatch(each -> each[SUMMARY].startsWith("Client Hello") && each[OFFERED_ID].equals(idOfClient)));
        assertTrue(datagrams.stream()
                .anyMatch(each -> each[SUMMARY].startsWith("Server Hello") && each[OFFERED_ID].equals(idOfServer)));
        List<String[]> named =
                datagrams.stream().filter(each -> !each[IDS].isEmpty()).toList();
        // Finished, data and alert of both; on a slow machine Finished more than once.
        assertTrue(named.size() >= 6, named.size() + " records");
        for (String[] each : named) {
            assertEquals(each[SOURCE].equals(FROM_CLIENT) ? idOfServer : idOfClient, each[IDS]);
            assertEquals("25", each[OUTER_TYPES]);
            assertTrue(each[SUMMARY].endsWith("Connection ID"), each[SUMMARY]);
            assertTrue(each[VERSIONS].endsWith("0xfefd"), each[VERSIONS]);
        }
    }

    /** Without forward secrecy, as it has no other way to the keys: a suite that nodes have for others only. */
    @Test
    void itOpensThemWithTheKeyOfTheMesh() throws Exception {
        FutureTask<DTLSTransport> connected = new FutureTask<>(() -> new DTLSClientProtocol()
                .connect(new PlainPskClient(), new StockBctlsInteropTest.PipeTransport(pipe.right())));
        Thread.ofVirtual().start(connected);
        try (TestNode server = TestNode.server(one, pipe.left())) {
            server.awaitEstablished();
            DTLSTransport client = connected.get(15, TimeUnit.SECONDS);
            assertEquals("PSK_WITH_AES_128_GCM_SHA256", server.association.cipherSuite());
            byte[] text = "to the server".getBytes(StandardCharsets.UTF_8);
            client.send(text, 0, text.length);
            assertEquals("to the server", server.awaitText());
            server.send("to the client");
            assertEquals(13, client.receive(new byte[100], 0, 100, 10_000));
            client.close();
            server.awaitEnded();
        }
        List<String[]> datagrams = dissect();
        for (String source : List.of(FROM_CLIENT, FROM_SERVER)) {
            String text = source.equals(FROM_CLIENT) ? "to the server" : "to the client";
            assertNamed(datagrams, source, "22", "Finished", "");
            assertNamed(datagrams, source, "23", "Application Data", hex(text));
            assertNamed(datagrams, source, "21", "Close Notify", "");
        }
    }

    /** A record whose real type was read, which takes the key. */
    private static void assertNamed(
            List<String[]> datagrams, String source, String type, String summary, String content) {
        List<String[]> found = datagrams.stream()
                .filter(each -> each[SOURCE].equals(source) && each[OUTER_TYPES].equals("25"))
                .filter(each -> each[SUMMARY].contains(summary))
                .toList();
        // On a slow machine Finished is sent more than once.
        assertTrue(summary.equals("Finished") ? !found.isEmpty() : found.size() == 1, summary + " from " + source);
        assertTrue(found.getFirst()[TYPES].endsWith(type), found.getFirst()[TYPES]);
        assertFalse(found.getFirst()[IDS].isEmpty());
        assertEquals(content, found.getFirst()[CONTENT]);
    }

    /** One line for each datagram, taken apart; of several records, the values have commas between them. */
    private List<String[]> dissect() throws InterruptedException {
        Path file = directory.resolve("capture.pcap");
        capture.writeTo(file);
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
        command.addAll(List.of("-d", "udp.port==" + CaptureFile.PORT + ",dtls", "-o", "dtls.psk:" + hex(KEY)));
        command.addAll(List.of("-T", "fields", "-E", "separator=;"));
        FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
        try (ChildProcess tshark = ChildProcess.start("tshark", command.toArray(String[]::new))) {
            assertEquals(0, tshark.awaitExitCode(60), "tshark");
            // With other lines it only says that it is run by root.
            return tshark.output().stream()
                    .filter(line -> line.startsWith("192.0.2."))
                    .map(line -> line.split(";", -1))
                    .toList();
        }
    }

    private static String hex(int connectionId) {
        return HexFormat.of().toHexDigits(connectionId);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class PlainPskClient extends StockBctlsInteropTest.Client {
        PlainPskClient() {
            super(new byte[] {1, 2, 3, 4});
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256};
        }
    }
}
