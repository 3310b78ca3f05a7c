package badger.udp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.linux.Errno;
import badger.testing.FakeInternet;
import badger.wire.RelayFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Datagrams to a relayed peer go to IEX in frames; all others go unchanged. */
final class RelaySocketTest {
    private static final int TARGET = 0x0A00_0014;
    private static final long TOKEN = 0x12_3456_789AL;
    private static final Endpoint RELAYED = RelayEndpoint.of(TARGET);

    private final FakeInternet internet = new FakeInternet();
    private final Arena arena = Arena.ofShared();
    private final UdpSocket iex = internet.host("203.0.113.1").bind(9_944);
    private final Endpoint iexEndpoint = internet.host("203.0.113.1").endpoint(9_944);
    private final UdpReceiver atIex = iex.receiver(arena);
    private final Relay relay = Relay.whereNeeded();
    private final UdpSocket socket =
            new RelaySocket(internet.host("198.51.100.1").bind(0), relay);
    private final UdpSender sender = socket.sender(arena);
    private final MemorySegment buffer = arena.allocate(70_000);

    RelaySocketTest() {
        byte[] noise = new byte[70_000];
        new Random(1).nextBytes(noise);
        MemorySegment.copy(noise, 0, buffer, ValueLayout.JAVA_BYTE, 0, noise.length);
    }

    @AfterEach
    void close() {
        internet.close();
        arena.close();
    }

    @Test
    void nothingGoesOutWithoutAToken() {
        assertEquals(-Errno.ENETUNREACH, sender.send(buffer, 0, 100, RELAYED));
        assertEquals(-Errno.ENETUNREACH, sender.sendSegments(buffer, 0, 100, 50, RELAYED));
        assertTrue(relay.offered(iexEndpoint, TOKEN));
        relay.withdraw();
        assertEquals(-Errno.ENETUNREACH, sender.send(buffer, 0, 100, RELAYED));
        assertEquals(0, internet.delivered() + internet.lost());
    }

    @Test
    void aDatagramTravelsAsOneFrame() {
        assertTrue(relay.offered(iexEndpoint, TOKEN));
        assertEquals(100, sender.send(buffer, 7, 100, RELAYED));
        assertFrame(7, 100);
        assertEquals(-Errno.EMSGSIZE, sender.send(buffer, 0, 1_501, RELAYED));
        assertEquals(1, sender.sends());
    }

    @Test
    void manyDatagramsTravelAsFramesOfEqualSizeButForTheLast() {
        assertTrue(relay.offered(iexEndpoint, TOKEN));
        int segment = 1_437;
        int length = 46 * segment + 300;
        assertEquals(length, sender.sendSegments(buffer, 3, length, segment, RELAYED));
        for (int at = 0; at < length; at += segment) {
            assertFrame(3 + at, Math.min(segment, length - at));
        }
        assertEquals(UdpReceiver.NOTHING_WAITING, atIex.receive(buffer, 0, 2_048));
        assertEquals(-Errno.EMSGSIZE, sender.sendSegments(buffer, 0, 3_002, 1_501, RELAYED));
    }

    @Test
    void smallDatagramsThatGrowBeyondOneSendTakeTwo() {
        assertTrue(relay.offered(iexEndpoint, TOKEN));
        int length = 900 * 70;
        assertEquals(length, sender.sendSegments(buffer, 0, length, 70, RELAYED));
        for (int at = 0; at < length; at += 70) {
            assertFrame(at, 70);
        }
        assertEquals(2, sender.sends());
    }

    @Test
    void otherDestinationsGetDatagramsAsTheyAre() {
        assertTrue(relay.offered(iexEndpoint, TOKEN));
        assertEquals(5, sender.send(buffer, 0, 5, iexEndpoint));
        assertArrayEquals(bytes(buffer, 0, 5), receive());
        assertEquals(10, sender.sendSegments(buffer, 0, 10, 5, iexEndpoint));
        assertArrayEquals(bytes(buffer, 0, 5), receive());
        assertArrayEquals(bytes(buffer, 5, 5), receive());
    }

    @Test
    void relayingFollowsTheServerThatOffersIt() {
        assertFalse(relay.offered(iexEndpoint, RelayFrame.NO_TOKEN));
        assertTrue(relay.offered(iexEndpoint, TOKEN));
        assertFalse(relay.offered(iexEndpoint, TOKEN), "the server knows that already");
        assertTrue(relay.offered(iexEndpoint, TOKEN + 1));
        assertFalse(relay.offered(iexEndpoint, RelayFrame.NO_TOKEN));
        assertNull(relay.offer());
        Relay never = Relay.never();
        assertFalse(never.offered(iexEndpoint, TOKEN));
        assertNull(never.offer());
        assertEquals(RelayFrame.NO_TOKEN, never.token());
    }

    @Test
    void anEndpointByWayOfIexSaysSo() {
        assertEquals("relay:10.0.0.20", RELAYED.toString());
        assertEquals(TARGET, RelayEndpoint.virtualAddress(RELAYED));
        assertEquals(-1, RelayEndpoint.virtualAddress(RelayEndpoint.of(-1)));
        assertTrue(RelayEndpoint.isOne(RELAYED));
        assertFalse(RelayEndpoint.isOne(Endpoint.ofIpv4(TARGET, 1)));
        assertFalse(RelayEndpoint.isOne(iexEndpoint));
    }

    private void assertFrame(long at, int length) {
        byte[] frame = receive();
        assertEquals(10 + length, frame.length);
        MemorySegment segment = MemorySegment.ofArray(frame);
        assertTrue(RelayFrame.isOne(segment, 0, frame.length));
        assertEquals(TARGET, RelayFrame.virtualAddress(segment, 0));
        assertEquals(TOKEN, RelayFrame.token(segment, 0));
        assertArrayEquals(bytes(buffer, at, length), bytes(segment, 10, length));
    }

    private byte[] receive() {
        MemorySegment into = arena.allocate(2_048);
        int length = atIex.receive(into, 0, 2_048);
        assertTrue(length >= 0, "nothing came");
        return bytes(into, 0, length);
    }

    private static byte[] bytes(MemorySegment segment, long at, int length) {
        return segment.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
