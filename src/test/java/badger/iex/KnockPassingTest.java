package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.message.Heartbeat;
import badger.message.IexMessage;
import badger.message.Knock;
import badger.message.MessageException;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The server tells a node that another node wants to reach it, if it understands knocks. */
final class KnockPassingTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int TEN = 0x0A00000A;
    private static final int TWENTY = 0x0A000014;
    private static final int THIRTY = 0x0A00001E;

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final Arena arena = Arena.ofShared();
    private final IexServer server = IexServer.start(iexHost, IexSettings.DEFAULTS);
    private final Client ten = new Client("198.51.100.10");
    private final Client twenty = new Client("198.51.100.20");

    private final class Client {
        private final UdpReceiver receiver;
        private final UdpSender sender;
        private final MemorySegment buffer = arena.allocate(IexMessage.MAXIMUM_BYTES);

        Client(String address) {
            UdpSocket socket = internet.host(address).bind(4_400);
            receiver = socket.receiver(arena);
            sender = socket.sender(arena);
        }

        void send(Heartbeat heartbeat) {
            byte[] bytes = heartbeat.toJson();
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            assertEquals(bytes.length, sender.send(buffer, 0, bytes.length, iexHost.endpoint(9_944)));
        }

        /** Receives all waiting datagrams, and counts the knocks. */
        int knocksOf(int virtualIp) throws MessageException {
            int knocks = 0;
            int length = receiver.receive(buffer, 0, (int) buffer.byteSize());
            while (length >= 0) {
                byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                if (IexMessage.parse(bytes, length) instanceof Knock knock) {
                    assertEquals(virtualIp, knock.virtualIp());
                    knocks++;
                }
                length = receiver.receive(buffer, 0, (int) buffer.byteSize());
            }
            return knocks;
        }
    }

    @AfterEach
    void closeAll() throws InterruptedException {
        server.close();
        assertTrue(server.awaitEnd());
        internet.close();
        arena.close();
    }

    @Test
    void aKnockReachesWhoUnderstandsIt() throws MessageException {
        twenty.send(new Heartbeat(TWENTY, null, "b").takingKnocks());
        ten.send(new Heartbeat(TEN, null, "a").withKnocks(List.of(TWENTY)));
        assertTrue(MeshNode.await(SOON, () -> knocks(twenty, TEN) == 1));
        assertEquals(0, server.counters().dropped(DropReason.KNOCK_REFUSED));
    }

    @Test
    void nobodyElseIsToldAnything() throws MessageException {
        twenty.send(new Heartbeat(TWENTY, null, "b"));
        // At a node that does not understand knocks, at one that is not there, and at itself.
        ten.send(new Heartbeat(TEN, null, "a").takingKnocks().withKnocks(List.of(TWENTY, TWENTY + 1, TEN)));
        awaitRefused(3);
        assertEquals(0, twenty.knocksOf(TEN));
        assertEquals(0, ten.knocksOf(TEN));
    }

    @Test
    void whoIsNotOnTheMapCannotKnock() throws MessageException {
        twenty.send(new Heartbeat(TWENTY, null, "b").takingKnocks());
        assertTrue(MeshNode.await(SOON, () -> server.nodes() == 1));
        // The address belongs to another node, so the whole heartbeat is refused.
        ten.send(new Heartbeat(TWENTY, null, "a").withKnocks(List.of(TWENTY)));
        assertTrue(MeshNode.await(SOON, () -> server.counters().dropped(DropReason.HEARTBEAT_CONFLICT) == 1));
        assertEquals(0, twenty.knocksOf(TWENTY));
    }

    @Test
    void whoKnocksWithoutEndIsToldNothingMoreAndOthersAre() throws MessageException {
        List<Integer> others =
                IntStream.range(1, 9).map(each -> TWENTY + each).boxed().toList();
        for (int other : others) {
            new Client("198.51.100." + (other & 0xFF)).send(new Heartbeat(other, null, "x" + other).takingKnocks());
        }
        twenty.send(new Heartbeat(TWENTY, null, "b").takingKnocks());
        assertTrue(MeshNode.await(SOON, () -> server.nodes() == 9));
        // The server reads ten heartbeats of a node in a second, which makes 80 knocks.
        Heartbeat knocking = new Heartbeat(TEN, null, "a").withKnocks(others);
        assertTrue(MeshNode.await(SOON, () -> {
            ten.send(knocking);
            return server.counters().dropped(DropReason.KNOCK_REFUSED) > 0;
        }));
        new Client("198.51.100.130").send(new Heartbeat(THIRTY, null, "c").withKnocks(List.of(TWENTY)));
        assertTrue(MeshNode.await(SOON, () -> knocks(twenty, THIRTY) == 1));
    }

    @Test
    void aNameThatStandsTwiceInOneHeartbeatCountsOnce() throws MessageException {
        twenty.send(new Heartbeat(TWENTY, null, "b").takingKnocks());
        ten.send(new Heartbeat(TEN, null, "a").withKnocks(List.of(TWENTY, TWENTY)));
        ten.send(new Heartbeat(TEN, null, "a").withKnocks(List.of(TWENTY + 1)));
        awaitRefused(1);
        assertEquals(1, twenty.knocksOf(TEN));
    }

    private static int knocks(Client client, int virtualIp) {
        try {
            return client.knocksOf(virtualIp);
        } catch (MessageException malformed) {
            throw new AssertionError(malformed);
        }
    }

    private void awaitRefused(long count) {
        assertTrue(MeshNode.await(SOON, () -> server.counters().dropped(DropReason.KNOCK_REFUSED) == count));
    }
}
