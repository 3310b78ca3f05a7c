package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.message.Heartbeat;
import badger.message.IexMessage;
import badger.message.MessageException;
import badger.message.NetworkMap;
import badger.message.Probe;
import badger.message.ProbeAnswer;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a node asks the server what its NAT does, over a network in memory. */
final class ProbeResponderTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int TEN = 0x0A00000A;

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final Arena arena = Arena.ofShared();
    private final UdpSocket socket = internet.host("198.51.100.10").bind(4_400);
    private final UdpReceiver receiver = socket.receiver(arena);
    private final UdpSender sender = socket.sender(arena);
    private final MemorySegment buffer = arena.allocate(IexMessage.MAXIMUM_BYTES);
    private IexServer server;

    @BeforeEach
    void start() {
        server = IexServer.start(iexHost, IexSettings.DEFAULTS);
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
    void theMapNamesThePortAndTheAnswersComeFromItAndFromAThirdOne() throws MessageException {
        NetworkMap map = join();
        assertEquals(9_945, map.probePort());
        send(new Probe("abc", TEN, "a").toJson(), 9_945);
        Endpoint own = internet.host("198.51.100.10").endpoint(4_400);
        assertEquals(new ProbeAnswer("abc", own, own), nextAnswer());
        assertEquals(iexHost.endpoint(9_945), receiver.source());
        assertEquals(new ProbeAnswer("abc"), nextAnswer());
        assertTrue(receiver.source().hasSameAddress(iexHost.endpoint(0)));
        assertNotEquals(9_944, receiver.sourcePort());
        assertNotEquals(9_945, receiver.sourcePort());
    }

    @Test
    void strangersAndRubbishGetNoAnswer() throws MessageException {
        join();
        send(new Probe("abc", TEN, "b").toJson(), 9_945);
        send(new Probe("abc", TEN + 1, "a").toJson(), 9_945);
        send(new Heartbeat(TEN, null, "a").toJson(), 9_945);
        send(new byte[Probe.BYTES], 9_945);
        send(new byte[2 * Probe.BYTES], 9_945);
        awaitRefused(5);
        send(new Probe("def", TEN, "a").toJson(), 9_945);
        assertEquals("def", nextAnswer().nonce());
    }

    @Test
    void aNodeGetsFewAnswersInASecond() throws MessageException {
        join();
        long began = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            send(new Probe("abc", TEN, "a").toJson(), 9_945);
        }
        // Each is answered or counted.
        assertTrue(
                MeshNode.await(SOON, () -> server.counters().dropped(DropReason.PROBE_REFUSED) >= 200 - most(began)));
    }

    @Test
    void aServerDoesWithoutThePort() throws Exception {
        server.close();
        UdpSocket taken = iexHost.bind(9_945);
        IexServer without = IexServer.start(iexHost, IexSettings.DEFAULTS);
        server = without;
        CompletableFuture<Boolean> end = CompletableFuture.supplyAsync(() -> {
            try {
                return without.awaitEnd();
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        assertEquals(0, server.probePort());
        assertEquals(0, join().probePort());
        assertThrows(TimeoutException.class, () -> end.get(300, TimeUnit.MILLISECONDS), "it has ended");
        taken.close();
        server.close();
        assertEquals(true, end.get(10, TimeUnit.SECONDS));
    }

    @Test
    void bothPortsCannotBeOne() {
        IexSettings.Builder both = IexSettings.builder().port(9_944).probePort(9_944);
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, both::build);
        assertTrue(refusal.getMessage().contains("probe port 9944"), refusal.getMessage());
    }

    private static long most(long began) {
        return 4 + 4 * (1 + (System.nanoTime() - began) / 1_000_000_000);
    }

    private NetworkMap join() throws MessageException {
        send(new Heartbeat(TEN, null, "a").toJson(), 9_944);
        byte[] map = nextFrom(9_944);
        return (NetworkMap) IexMessage.parse(map, map.length);
    }

    private void send(byte[] bytes, int port) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        assertEquals(bytes.length, sender.send(buffer, 0, bytes.length, iexHost.endpoint(port)));
    }

    private void awaitRefused(long count) {
        assertTrue(MeshNode.await(SOON, () -> server.counters().dropped(DropReason.PROBE_REFUSED) == count));
    }

    /** The next datagram that is no map. */
    private ProbeAnswer nextAnswer() throws MessageException {
        byte[] bytes = next();
        while (receiver.sourcePort() == 9_944) {
            bytes = next();
        }
        return ProbeAnswer.parse(bytes, bytes.length);
    }

    private byte[] nextFrom(int port) {
        byte[] bytes = next();
        while (receiver.sourcePort() != port) {
            bytes = next();
        }
        return bytes;
    }

    private byte[] next() {
        int length = receiver.receive(buffer, 0, (int) buffer.byteSize());
        while (length < 0) {
            assertTrue(receiver.awaitReadable((int) SOON.toMillis()), "nothing came");
            length = receiver.receive(buffer, 0, (int) buffer.byteSize());
        }
        return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
