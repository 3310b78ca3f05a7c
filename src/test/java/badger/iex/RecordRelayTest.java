package badger.iex;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.message.Heartbeat;
import badger.message.IexMessage;
import badger.message.MapEntry;
import badger.message.MessageException;
import badger.message.NetworkMap;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import badger.wire.Ipv4Prefix;
import badger.wire.RelayFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an IEX server relays and what it drops, over a network in memory. */
final class RecordRelayTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final int RATE = 1_000_000;

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final Arena arena = Arena.ofShared();
    private IexServer server = IexServer.start(iexHost, settings(RATE));

    /** A node of the test: a socket, and the token that the server gave it. */
    private final class Client {
        private final UdpSocket socket;
        private final UdpReceiver receiver;
        private final UdpSender sender;
        private final String virtualIp;
        private final MemorySegment buffer = arena.allocate(IexMessage.MAXIMUM_BYTES);
        private long token = RelayFrame.NO_TOKEN;
        private NetworkMap map;

        Client(String address, String virtualIp) {
            this.virtualIp = virtualIp;
            socket = internet.host(address).bind(4_400);
            receiver = socket.receiver(arena);
            sender = socket.sender(arena);
        }

        void send(byte[] bytes) {
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            assertEquals(bytes.length, sender.send(buffer, 0, bytes.length, iexHost.endpoint(server.port())));
        }

        void beat(long statedToken) {
            send(new Heartbeat(address(virtualIp), null, virtualIp.replace('.', '-'))
                    .takingRelayed(statedToken)
                    .toJson());
        }

        /** Joins, and takes relayed datagrams. */
        Client join() throws MessageException {
            beat(RelayFrame.NO_TOKEN);
            token = awaitMap(RelayFrame.NO_TOKEN).relayToken();
            assertNotEquals(RelayFrame.NO_TOKEN, token);
            beat(token);
            awaitTaking(virtualIp);
            return this;
        }

        void awaitTaking(String of) throws MessageException {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (map == null
                    || map.nodes().stream().noneMatch(each -> each.virtualIp() == address(of) && each.takesRelayed())) {
                assertTrue(System.nanoTime() - deadline < 0, of + " is not said to take relayed datagrams");
                map = awaitMap(RelayFrame.NO_TOKEN);
            }
        }

        /** The next map whose token is not {@code notToken}. */
        NetworkMap awaitMap(long notToken) throws MessageException {
            while (true) {
                byte[] bytes = receive();
                if (bytes[0] == '{'
                        && IexMessage.parse(bytes, bytes.length) instanceof NetworkMap next
                        && next.relayToken() != notToken) {
                    return next;
                }
            }
        }

        void relayTo(String target, long statedToken, byte[] payload) {
            send(frame(target, statedToken, payload));
        }

        byte[] receiveFrame() {
            byte[] bytes = receive();
            while (bytes[0] != 'R') {
                bytes = receive();
            }
            return bytes;
        }

        private byte[] receive() {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            int length = receiver.receive(buffer, 0, (int) buffer.byteSize());
            while (length < 0) {
                assertTrue(System.nanoTime() - deadline < 0, "nothing came");
                LockSupport.parkNanos(1_000_000);
                length = receiver.receive(buffer, 0, (int) buffer.byteSize());
            }
            return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    @AfterEach
    void closeAll() {
        server.close();
        internet.close();
        arena.close();
    }

    @Test
    void carriesRecordsBothWaysAndChangesNothingInThem() throws MessageException {
        Client a = new Client("198.51.100.1", A).join();
        Client b = new Client("198.51.100.2", B).join();
        byte[] record = record(1_442);
        a.relayTo(B, a.token, record);
        assertArrayEquals(frame(A, b.token, record), b.receiveFrame());
        b.relayTo(A, b.token, record(13));
        assertArrayEquals(frame(B, a.token, record(13)), a.receiveFrame());
        // A datagram is counted after it is sent.
        assertTrue(MeshNode.await(Duration.ofSeconds(10), () -> server.relayedBytes() == 1_455));
        assertTrue(server.counters().nonZero().isEmpty(), server.counters().nonZero()::toString);
    }

    @Test
    void dropsWhatComesFromElsewhereOrWithAnotherToken() throws MessageException {
        Client a = new Client("198.51.100.1", A).join();
        Client b = new Client("198.51.100.2", B).join();
        Client stranger = new Client("198.51.100.3", "10.0.0.30");
        stranger.relayTo(B, a.token, record(100));
        await(DropReason.RELAY_UNKNOWN_SOURCE, 1);
        a.relayTo(B, a.token ^ 1, record(100));
        a.relayTo(B, b.token, record(100));
        a.relayTo(B, 0, record(100));
        await(DropReason.RELAY_BAD_TOKEN, 3);
        // The sender of a forged source has no token: the server sends that to the true source only.
        internet.forge(
                internet.host("198.51.100.1").endpoint(4_400), iexHost.endpoint(server.port()), frame(B, 7, record(9)));
        await(DropReason.RELAY_MALFORMED, 1);
        internet.forge(
                internet.host("198.51.100.1").endpoint(4_400),
                iexHost.endpoint(server.port()),
                frame(B, 7, record(100)));
        await(DropReason.RELAY_BAD_TOKEN, 4);
        assertEquals(0, server.relayedBytes());
    }

    @Test
    void dropsWhatIsForNobodyOrForANodeThatTakesNone() throws MessageException {
        Client a = new Client("198.51.100.1", A).join();
        Client plain = new Client("198.51.100.4", "10.0.0.40");
        plain.beat(RelayFrame.NO_TOKEN);
        assertFalse(plain.awaitMap(RelayFrame.NO_TOKEN).nodes().stream()
                .filter(each -> each.virtualIp() == address("10.0.0.40"))
                .anyMatch(MapEntry::takesRelayed));
        a.relayTo("10.0.0.40", a.token, record(100));
        a.relayTo("10.0.0.99", a.token, record(100));
        a.relayTo(A, a.token, record(100));
        await(DropReason.RELAY_NO_TARGET, 3);
        // A guessed token does not prove the endpoint.
        plain.beat(12_345);
        a.relayTo("10.0.0.40", a.token, record(100));
        await(DropReason.RELAY_NO_TARGET, 4);
        assertEquals(0, server.relayedBytes());
    }

    @Test
    void dropsWhatIsNoRecordOrTooLong() throws MessageException {
        Client a = new Client("198.51.100.1", A).join();
        Client b = new Client("198.51.100.2", B).join();
        byte[] json = record(100);
        json[0] = '{';
        a.relayTo(B, a.token, json);
        a.relayTo(B, a.token, new byte[0]);
        a.relayTo(B, a.token, record(1_501));
        await(DropReason.RELAY_MALFORMED, 3);
        a.relayTo(B, a.token, record(1_500));
        assertEquals(1_510, b.receiveFrame().length);
    }

    @Test
    void aNodeThatMovedHasToProveItsNewPlaceFirst() throws MessageException {
        Client a = new Client("198.51.100.1", A).join();
        Client b = new Client("198.51.100.2", B).join();
        Client moved = new Client("198.51.100.22", B);
        moved.beat(b.token);
        NetworkMap map = moved.awaitMap(b.token);
        assertFalse(map.nodes().stream()
                .filter(each -> each.virtualIp() == address(B))
                .anyMatch(MapEntry::takesRelayed));
        a.relayTo(B, a.token, record(100));
        await(DropReason.RELAY_NO_TARGET, 1);
        moved.relayTo(A, b.token, record(100));
        // The right token is not enough until the server has it back from that endpoint.
        moved.relayTo(A, map.relayToken(), record(100));
        await(DropReason.RELAY_UNKNOWN_SOURCE, 2);
        moved.beat(map.relayToken());
        moved.awaitTaking(B);
        a.relayTo(B, a.token, record(100));
        assertArrayEquals(frame(A, map.relayToken(), record(100)), moved.receiveFrame());
    }

    @Test
    void oneNodeGetsAQuarterOfTheRateAndAllTogetherTheWhole() throws MessageException {
        server.close();
        // So slow that the bytes that become free during the test do not matter.
        server = IexServer.start(iexHost, settings(100_000));
        Client a = new Client("198.51.100.1", A).join();
        new Client("198.51.100.2", B).join();
        int frames = 200;
        for (int i = 0; i < frames; i++) {
            a.relayTo(B, a.token, record(990));
        }
        awaitFrames(frames);
        // A quarter of 100 kB/s for a quarter of a second makes six frames of 1,000 bytes.
        long passed = server.relayedBytes() / 990;
        assertTrue(passed >= 6 && passed < frames / 2, passed + " frames");
        assertEquals(frames - passed, server.counters().dropped(DropReason.RELAY_RATE));
    }

    @Test
    void manyNodesShareTheWholeRate() throws MessageException {
        server.close();
        server = IexServer.start(iexHost, settings(100_000));
        new Client("198.51.100.2", B).join();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(new Client("198.51.100.1" + i, "10.0.1." + i).join());
        }
        for (Client each : clients) {
            for (int k = 0; k < 6; k++) {
                each.relayTo(B, each.token, record(990));
            }
        }
        awaitFrames(clients.size() * 6);
        assertTrue(server.counters().dropped(DropReason.RELAY_RATE) > 0, "the whole rate bounds nobody");
    }

    @Test
    void aNodeThatDoesNotSayThatItUnderstandsATokenGetsNone() throws MessageException {
        Client a = new Client("198.51.100.1", A);
        a.send(new Heartbeat(address(A), null, "a").toJson());
        assertEquals(RelayFrame.NO_TOKEN, a.awaitMap(12_345).relayToken());
        a.send(new Heartbeat(address(A), null, "a")
                .takingRelayed(RelayFrame.NO_TOKEN)
                .toJson());
        assertNotEquals(RelayFrame.NO_TOKEN, a.awaitMap(RelayFrame.NO_TOKEN).relayToken());
    }

    @Test
    void relaysNothingByDefault() throws MessageException {
        server.close();
        server = IexServer.start(iexHost, settings(0));
        Client a = new Client("198.51.100.1", A);
        a.beat(RelayFrame.NO_TOKEN);
        assertEquals(RelayFrame.NO_TOKEN, a.awaitMap(12_345).relayToken());
        a.relayTo(B, 1, record(100));
        await(DropReason.RELAY_OFF, 1);
        assertEquals(0, IexSettings.DEFAULTS.relayBytesPerSecond());
    }

    private void awaitFrames(int count) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (server.relayedBytes() / 990 + server.counters().dropped(DropReason.RELAY_RATE) < count) {
            assertTrue(
                    System.nanoTime() - deadline < 0,
                    () -> "" + server.counters().nonZero());
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void await(DropReason reason, long count) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (server.counters().dropped(reason) < count) {
            assertTrue(
                    System.nanoTime() - deadline < 0,
                    () -> reason + " stays below " + count + ", "
                            + server.counters().nonZero());
            LockSupport.parkNanos(20_000);
        }
        assertEquals(count, server.counters().dropped(reason));
    }

    private static byte[] record(int length) {
        byte[] record = new byte[length];
        Arrays.fill(record, (byte) 0xC5);
        record[0] = 23;
        return record;
    }

    private static byte[] frame(String virtualIp, long token, byte[] payload) {
        byte[] frame = new byte[RelayFrame.HEADER_BYTES + payload.length];
        RelayFrame.write(MemorySegment.ofArray(frame), 0, address(virtualIp), token);
        System.arraycopy(payload, 0, frame, RelayFrame.HEADER_BYTES, payload.length);
        return frame;
    }

    private static int address(String virtualIp) {
        return Ipv4Prefix.parseAddress(virtualIp).orElseThrow();
    }

    static IexSettings settings(long relayBytesPerSecond) {
        return IexSettings.builder()
                .port(0)
                .probePort(0)
                .mapInterval(Duration.ofMillis(100))
                .coalescing(Duration.ofMillis(5))
                .changeGap(Duration.ofMillis(10))
                .relayBytesPerSecond(relayBytesPerSecond)
                .build();
    }
}
