package badger.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Traffic;
import badger.counter.TrafficSums;
import com.eclipsesource.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to a node over its control socket, right and wrong ones. */
final class StatusServerTest {
    private static final String HERE = "net:[1]";

    @TempDir
    Path directory;

    private Path path;
    private StatusServer server;
    private volatile NodeStatus status = status("badger0", HERE, List.of());

    @BeforeEach
    void startServer() throws IOException {
        path = directory.resolve("badger0.sock");
        server = StatusServer.start(List.of(path), () -> status);
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void explainsAPeerOrSaysThatThereIsNone() throws IOException, StatusException {
        PeerExplanation explanation = new PeerExplanation(
                "10.0.0.20",
                null,
                null,
                "no path is possible",
                "seeking",
                new PeerExplanation.NatClasses("easy", "hard"),
                List.of(
                        new PeerExplanation.Event(12.345, "calling", "198.51.100.2:4400"),
                        new PeerExplanation.Event(2.0, "call_failed", "the peer did not answer in time")));
        Path other = directory.resolve("badger1.sock");
        StatusServer.Subject subject = new StatusServer.Subject() {
            @Override
            public NodeStatus get() {
                return status;
            }

            @Override
            public PeerExplanation explain(String virtualIp) {
                return virtualIp.equals("10.0.0.20") ? explanation : null;
            }
        };
        try (StatusServer _ = StatusServer.start(List.of(other), subject)) {
            assertEquals(explanation, StatusClient.explain(other, "10.0.0.20"));
            StatusException unknown =
                    assertThrows(StatusException.class, () -> StatusClient.explain(other, "10.0.0.30"));
            assertEquals("the node refuses: the map names no node 10.0.0.30", unknown.getMessage());
        }
        assertEquals("""
                10.0.0.20 is not connected; unreachable: no path is possible
                State: seeking
                NAT before this node: easy, before the peer: hard
                      12.3 s ago  calling      198.51.100.2:4400
                       2.0 s ago  call failed  the peer did not answer in time
                """, explanation.text());
    }

    @Test
    void answersWhatTheNodeSays() throws StatusException {
        NodeStatus.PeerStatus peer = new NodeStatus.PeerStatus(
                "10.0.0.20", "relay:10.0.0.20", "203.0.113.1:9944", null, false, "hard", 1_215, 1, 2, 3, 4);
        NodeStatus.PeerStatus silent =
                new NodeStatus.PeerStatus("10.0.0.30", null, null, "a reason", false, "unknown", 0, 0, 0, 0, 0);
        status = status("badger0", HERE, List.of(peer, silent));
        NodeStatus answer = StatusClient.ask(path);
        assertEquals(status, answer);
        assertTrue(answer.peers().getFirst().isConnected());
        assertFalse(answer.peers().getLast().isConnected());
    }

    @Test
    void answersClientsOneBesideTheOther() throws IOException, StatusException {
        try (SocketChannel first = connect();
                SocketChannel second = connect()) {
            send(second, "coun");
            send(first, "counters\n");
            assertEquals(1, schema(readAll(first)));
            send(second, "ters\r\n");
            assertEquals(1, schema(readAll(second)));
        }
    }

    @Test
    void servesThousandsOfPeersToAReaderWhoTakesItsTime() throws IOException {
        List<NodeStatus.PeerStatus> peers = new ArrayList<>();
        for (int i = 0; i < 4_096; i++) {
            peers.add(new NodeStatus.PeerStatus(
                    "10.0." + i / 256 + "." + i % 256,
                    "[2001:db8:1234:5678:9abc:def0:1234:5678]:65535",
                    null,
                    null,
                    false,
                    "full-cone",
                    9_000,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE));
        }
        status = status("badger0", HERE, peers);
        try (SocketChannel channel = connect()) {
            send(channel, "counters\n");
            ByteBuffer few = ByteBuffer.allocate(1_000);
            assertTrue(channel.read(few) > 0);
            String rest = readAll(channel);
            String whole = new String(few.array(), 0, few.position(), StandardCharsets.UTF_8) + rest;
            assertEquals(
                    4_096, Json.parse(whole).asObject().get("peers").asArray().size());
        }
    }

    @Test
    void refusesGarbageAndGoesOn() throws IOException, StatusException {
        for (String garbage :
                List.of("\n", "GET / HTTP/1.1\r\n", "counters please\n", "\0\0\0\0\n", "x".repeat(10_000))) {
            try (SocketChannel channel = connect()) {
                send(channel, garbage);
                String answer = readAll(channel);
                assertTrue(Json.parse(answer).asObject().getString("error", "").contains("unknown request"), answer);
            }
        }
        try (SocketChannel silent = connect()) {
            silent.shutdownOutput();
            assertEquals("", readAll(silent));
        }
        assertEquals(status, StatusClient.ask(path));
    }

    @Test
    void clientsWhoTakeTooLongAreLeftAndOthersGetTheirTurn() throws IOException, StatusException {
        List<SocketChannel> slow = new ArrayList<>();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < StatusServer.MAX_CLIENTS + 2; i++) {
                slow.add(connect());
                send(slow.getLast(), "coun");
            }
            // All places are taken for a while. This client waits until slow ones end, twice because two others are
            // before it.
            assertEquals(status, StatusClient.ask(path));
            long waited = System.nanoTime() - start;
            assertTrue(waited >= StatusServer.LIFETIME.toNanos(), "served before a place was free");
            assertEquals("", readAll(slow.getFirst()));
        } finally {
            for (SocketChannel each : slow) {
                each.close();
            }
        }
    }

    @Test
    void faultOfTheNodeIsToldAndSurvived() throws IOException, StatusException {
        NodeStatus usual = status;
        status = null;
        try (SocketChannel channel = connect()) {
            send(channel, "counters\n");
            assertTrue(readAll(channel).contains("a fault in Badger"));
        }
        StatusException refused = assertThrows(StatusException.class, () -> StatusClient.ask(path));
        assertEquals(StatusException.Cause.UNINTELLIGIBLE, refused.reason());
        status = usual;
        assertEquals(status, StatusClient.ask(path));
    }

    @Test
    void closeRemovesTheSocketAndIsSafeToRepeat() {
        server.close();
        server.close();
        assertFalse(Files.exists(path));
        StatusException absent = assertThrows(StatusException.class, () -> StatusClient.ask(path));
        assertEquals(StatusException.Cause.ABSENT, absent.reason());
    }

    @Test
    void nodeWithATakenNameGetsTheNextAndEachIsFoundInItsNamespace() throws IOException, StatusException {
        List<Path> paths = StatusServer.defaultPaths(directory, "badger0");
        assertEquals(path, paths.getFirst());
        NodeStatus elsewhere = status("badger0", "net:[2]", List.of());
        try (StatusServer other = StatusServer.start(paths, () -> elsewhere)) {
            assertEquals(directory.resolve("badger0-" + ProcessHandle.current().pid() + ".sock"), other.path());
            assertEquals(path, StatusClient.find(directory, "badger0", HERE));
            assertEquals(other.path(), StatusClient.find(directory, "badger0", "net:[2]"));
            StatusException many =
                    assertThrows(StatusException.class, () -> StatusClient.find(directory, "badger0", "net:[3]"));
            assertEquals(StatusException.Cause.AMBIGUOUS, many.reason());
            assertTrue(many.getMessage().contains(path + " or ")
                    || many.getMessage().contains(" or " + path));
            assertThrows(IOException.class, () -> StatusServer.start(paths, () -> elsewhere));
        }
        assertEquals(path, StatusClient.find(directory, "badger0", "net:[3]"), "the only one is meant");
    }

    @Test
    void deadSocketsAreNotAskedAndGoAtTheNextStart() throws IOException, StatusException {
        Path dead = directory.resolve("badger0-1.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(dead));
        }
        Path other = Files.createFile(directory.resolve("badger0-x.sock"));
        assertEquals(path, StatusClient.find(directory, "badger0", HERE));
        StatusServer.removeDeadSockets(directory, "badger0");
        assertFalse(Files.exists(dead));
        assertTrue(Files.exists(path) && Files.exists(other));
        for (String absent : List.of("badger1", "badger", "badger0-1", "*")) {
            StatusException none =
                    assertThrows(StatusException.class, () -> StatusClient.find(directory, absent, HERE));
            assertEquals(StatusException.Cause.ABSENT, none.reason());
        }
    }

    @Test
    void whatOtherProgramsAnswerIsNotBelieved() throws IOException {
        for (String answer : List.of("", "hello\n", "[]\n", "{\"schema\":2}\n", "{\"schema\":1}\n")) {
            Path foreign = Files.createTempDirectory(directory, "foreign").resolve("s");
            try (ServerSocketChannel program = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                program.bind(UnixDomainSocketAddress.of(foreign));
                Thread.ofPlatform().daemon().start(() -> say(program, answer));
                StatusException refused = assertThrows(StatusException.class, () -> StatusClient.ask(foreign));
                assertEquals(StatusException.Cause.UNINTELLIGIBLE, refused.reason(), answer);
            }
        }
    }

    private static void say(ServerSocketChannel program, String answer) {
        try (SocketChannel client = program.accept()) {
            assertTrue(client.read(ByteBuffer.allocate(100)) > 0);
            send(client, answer);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException closedMeanwhile) {
            // The server answered and closed before all was sent.
            assertTrue(bytes.position() >= Conversation.LONGEST_REQUEST_BYTES, closedMeanwhile::toString);
        }
    }

    private static String readAll(SocketChannel channel) throws IOException {
        // Reads up to the line's end: a server that has not read everything resets the connection after its answer
        // (unix(7)).
        BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        String line = reader.readLine();
        return line == null ? "" : line;
    }

    private static int schema(String answer) {
        return Json.parse(answer).asObject().getInt("schema", 0);
    }

    private static NodeStatus status(String device, String networkNamespace, List<NodeStatus.PeerStatus> peers) {
        return new NodeStatus(
                "10.0.0.10/16",
                device,
                4_711,
                networkNamespace,
                "easy",
                Duration.ofMillis(12_345),
                TrafficSums.of(Map.of(Traffic.TUN_READS, 3L, Traffic.TUN_READ_BYTES, 1L << 40)),
                Map.of("inbound_punch", 2L),
                peers);
    }
}
