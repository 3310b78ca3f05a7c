package badger.iex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.message.Heartbeat;
import badger.message.IexMessage;
import badger.message.MapEntry;
import badger.message.MessageException;
import badger.message.NetworkMap;
import badger.message.Refusal;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.SharesTheJvm;
import badger.testing.Slow;
import badger.udp.Endpoint;
import badger.udp.UdpException;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole server over a network in memory, with short times. */
@SharesTheJvm
final class IexServerTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final Arena arena = Arena.ofShared();
    private IexServer server;

    /** A node of the test: a socket and nothing else. */
    private final class Client {
        private final UdpSocket socket;
        private final UdpReceiver receiver;
        private final UdpSender sender;
        private final MemorySegment buffer = arena.allocate(IexMessage.MAXIMUM_BYTES);

        Client(String address, int port) {
            socket = internet.host(address).bind(port);
            receiver = socket.receiver(arena);
            sender = socket.sender(arena);
        }

        void send(byte[] bytes) {
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            assertEquals(bytes.length, sender.send(buffer, 0, bytes.length, iexHost.endpoint(server.port())));
        }

        void beat(String vip, String nodeId) {
            send(new Heartbeat(Ipv4Prefix.parseAddress(vip).orElseThrow(), null, nodeId).toJson());
        }

        byte[] receiveBytes() {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            int length = receiver.receive(buffer, 0, (int) buffer.byteSize());
            while (length < 0) {
                assertTrue(System.nanoTime() - deadline < 0, "nothing came");
                LockSupport.parkNanos(1_000_000);
                length = receiver.receive(buffer, 0, (int) buffer.byteSize());
            }
            assertEquals(iexHost.endpoint(server.port()), receiver.source());
            return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }

        IexMessage receive() throws MessageException {
            byte[] bytes = receiveBytes();
            return IexMessage.parse(bytes, bytes.length);
        }

        /** Receives until a map has {@code nodes} nodes. */
        NetworkMap awaitMap(int nodes) throws MessageException {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (System.nanoTime() - deadline < 0) {
                if (receive() instanceof NetworkMap map && map.nodes().size() == nodes) {
                    return map;
                }
            }
            throw new AssertionError("no map of " + nodes + " nodes came");
        }
    }

    @BeforeEach
    void startServer() {
        server = IexServer.start(iexHost, settings(200, 600_000));
    }

    @AfterEach
    void closeAll() throws InterruptedException {
        server.close();
        assertTrue(server.awaitEnd());
        assertEquals(0, iexHost.openSockets());
        internet.close();
        arena.close();
    }

    @Test
    void tellsEachNodeOfAllAndWhichOneItIs() throws MessageException {
        Client ten = new Client("198.51.100.10", 4400);
        Client twenty = new Client("198.51.100.20", 4400);
        ten.send("{\n    \"VirtualIP\": \"10.0.0.10\",\n    \"PrivateIP\": \"192.168.10.100\"\n}\n"
                .getBytes(StandardCharsets.UTF_8));
        ten.awaitMap(1);
        twenty.beat("10.0.0.20", "");
        NetworkMap map = ten.awaitMap(2);
        assertEquals(0, map.myIndex());
        assertEquals(
                Ipv4Prefix.parseAddress("10.0.0.10").orElseThrow(),
                map.nodes().get(0).virtualIp());
        assertEquals(
                internet.host("198.51.100.10").endpoint(4400),
                map.nodes().get(0).publicEndpoint());
        assertEquals("192.168.10.100:4400", map.nodes().get(0).privateEndpoint().toString());
        assertEquals(1, twenty.awaitMap(2).myIndex());
        assertEquals(32, map.iexEpoch().length());
    }

    @Test
    void keepsSendingTheMapWithoutChanges() throws MessageException {
        Client ten = new Client("198.51.100.10", 4400);
        ten.beat("10.0.0.10", "a");
        byte[] first = ten.receiveBytes();
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(first, ten.receiveBytes());
        }
    }

    @Test
    @Slow("The repetitions of a round must be over, which takes 4.5 s.")
    void answersANodeThatBeatsEarlyAtOnce() throws MessageException {
        server.close();
        // No regular round comes during this test. The last repetition of the first round is over after 5 s.
        server = IexServer.start(iexHost, settings(60_000, 600_000));
        Client ten = new Client("198.51.100.10", 4400);
        ten.beat("10.0.0.10", "a");
        for (int i = 0; i < 5; i++) {
            ten.awaitMap(1);
        }
        ten.beat("10.0.0.10", "a");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
        ten.beat("10.0.0.10", "a");
        ten.awaitMap(1);
    }

    @Test
    void tellsTheOthersWhenANodeFallsSilent() throws MessageException {
        server.close();
        server = IexServer.start(iexHost, settings(200, 2_000));
        Client ten = new Client("198.51.100.10", 4400);
        Client twenty = new Client("198.51.100.20", 4400);
        twenty.beat("10.0.0.20", "b");
        ten.beat("10.0.0.10", "a");
        ten.awaitMap(2);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (server.nodes() != 1) {
            assertTrue(System.nanoTime() - deadline < 0);
            ten.beat("10.0.0.10", "a");
            LockSupport.parkNanos(110_000_000);
        }
        assertEquals(0, ten.awaitMap(1).myIndex());
    }

    /** A client that may claim 10.0.0.10, which another node holds. */
    private Client claimantOfAHeldAddress() throws MessageException {
        Client holder = new Client("198.51.100.10", 4400);
        holder.beat("10.0.0.10", "a");
        holder.awaitMap(1);
        return new Client("198.51.100.20", 4400);
    }

    @Test
    void refusesASecondHolderAndTellsItSo() throws MessageException {
        Client claimant = claimantOfAHeldAddress();
        claimant.beat("10.0.0.10", "b");
        Refusal refusal = assertInstanceOf(Refusal.class, claimant.receive());
        assertEquals(Refusal.VIRTUAL_IP_CONFLICT, refusal.error());
        assertEquals("10.0.0.10", Ipv4Prefix.format(refusal.virtualIp()));
        assertEquals(1, server.counters().dropped(DropReason.HEARTBEAT_CONFLICT));
        assertEquals(1, server.nodes());
    }

    @Test
    void refusesANodeOfThePaperInSilence() throws MessageException {
        Client claimant = claimantOfAHeldAddress();
        claimant.beat("10.0.0.10", "");
        awaitConflicts(1);
        // Only the map of its own address comes. To such a node a refusal, which has no Nodes, would be an empty map.
        claimant.beat("10.0.0.20", "");
        NetworkMap first = assertInstanceOf(NetworkMap.class, claimant.receive());
        assertEquals(2, first.nodes().size());
    }

    @Test
    void refusesASecondHolderOfAnIpv6AddressAndNamesIt() throws MessageException {
        Client holder = new Client("198.51.100.10", 4400);
        Client claimant = new Client("198.51.100.20", 4400);
        Ipv6Addresses contested = Ipv6Addresses.of(List.of(new Ipv6Address(0xFD00L << 48, 16)));
        holder.send(new Heartbeat(0x0A00000A, contested, null, "a").toJson());
        assertEquals(contested, holder.awaitMap(1).nodes().getFirst().virtualIpv6());
        claimant.send(new Heartbeat(0x0A000014, contested, null, "b").toJson());
        assertEquals(
                new Refusal(Refusal.VIRTUAL_IP_CONFLICT, 0x0A000014, "fd00::10 is held by another node"),
                claimant.receive());
        assertEquals(1, server.counters().dropped(DropReason.HEARTBEAT_CONFLICT));
        assertEquals(1, server.nodes());
        // A node built from the paper sees the holder, and its own keys stay the same.
        claimant.beat("10.0.0.20", "");
        assertEquals(
                List.of(contested, Ipv6Addresses.NONE),
                claimant.awaitMap(2).nodes().stream().map(MapEntry::virtualIpv6).toList());
    }

    @Test
    void bindsTheRefusalsOfAFlood() throws MessageException {
        Client claimant = claimantOfAHeldAddress();
        long before = internet.delivered();
        long began = System.nanoTime();
        for (int i = 0; i < 900; i++) {
            claimant.beat("10.0.0.10", "b");
            awaitConflicts(i + 1);
        }
        long seconds = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        long answers = internet.delivered() - before - 900;
        // They include the regular maps to the holder.
        assertTrue(answers <= 100 + 106 * seconds, answers + " answers in " + seconds + " s");
    }

    @Test
    void followsANodeThatMoves() throws MessageException {
        Client before = new Client("198.51.100.10", 4400);
        Client after = new Client("198.51.100.99", 5500);
        before.beat("10.0.0.10", "a");
        before.awaitMap(1);
        after.beat("10.0.0.10", "a");
        assertEquals(
                internet.host("198.51.100.99").endpoint(5500),
                after.awaitMap(1).nodes().getFirst().publicEndpoint());
    }

    @Test
    void hasAnotherEpochAfterARestart() throws MessageException {
        Client ten = new Client("198.51.100.10", 4400);
        ten.beat("10.0.0.10", "a");
        String epoch = ten.awaitMap(1).iexEpoch();
        server.close();
        server = IexServer.start(iexHost, settings(200, 600_000));
        ten.beat("10.0.0.10", "a");
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String later = ten.awaitMap(1).iexEpoch();
        while (later.equals(epoch) && System.nanoTime() - deadline < 0) {
            later = ten.awaitMap(1).iexEpoch();
        }
        assertNotEquals(epoch, later);
    }

    @Test
    void survivesWhateverIsSentToIt() throws MessageException {
        Client hostile = new Client("198.51.100.66", 666);
        Random random = new Random(42);
        int sent = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(5000)];
            random.nextBytes(bytes);
            hostile.send(bytes);
            sent++;
            awaitMalformed(sent);
        }
        hostile.send(("{\"VirtualIP\":\"10.0.0.66\"}" + " ".repeat(4096)).getBytes(StandardCharsets.UTF_8));
        awaitMalformed(sent + 1);
        assertEquals(0, server.nodes());
        Client ten = new Client("198.51.100.10", 4400);
        ten.beat("10.0.0.10", "a");
        assertEquals(1, ten.awaitMap(1).nodes().size());
    }

    @Test
    void servesFortyNodes() throws MessageException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Client client = new Client("198.51.100." + (i + 1), 4400);
            client.beat("10.0.0." + (i + 1), "n" + i);
            clients.add(client);
        }
        for (Client client : clients) {
            NetworkMap map = client.awaitMap(40);
            Endpoint own = map.nodes().get(map.myIndex()).publicEndpoint();
            assertEquals(client.socket.localPort(), own.port());
            assertEquals(clients.indexOf(client) + 1, own.ipv4() & 0xFF);
        }
    }

    @Test
    void saysWhenThePortIsTaken() {
        IexSettings same = IexSettings.DEFAULTS.withPort(server.port());
        assertThrows(UdpException.class, () -> IexServer.start(iexHost, same));
    }

    private void awaitMalformed(long count) {
        await(DropReason.HEARTBEAT_MALFORMED, count);
    }

    private void awaitConflicts(long count) {
        await(DropReason.HEARTBEAT_CONFLICT, count);
    }

    private void await(DropReason reason, long count) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (server.counters().dropped(reason) < count) {
            assertTrue(System.nanoTime() - deadline < 0, () -> reason + " stays below " + count);
            LockSupport.parkNanos(20_000);
        }
    }

    private static IexSettings settings(int mapMillis, int timeoutMillis) {
        return IexSettings.builder()
                .timeout(Duration.ofMillis(timeoutMillis))
                .mapInterval(Duration.ofMillis(mapMillis))
                .purgeInterval(Duration.ofMillis(20))
                .coalescing(Duration.ofMillis(10))
                .changeGap(Duration.ofMillis(20))
                .holderSilence(Duration.ofSeconds(60))
                .build();
    }
}
