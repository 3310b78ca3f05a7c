package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.connect.IncomingCalls;
import badger.counter.Counters;
import badger.counter.DropReason;
import badger.handshake.HandshakeSettings;
import badger.handshake.Handshakes;
import badger.handshake.Psk;
import badger.peer.Candidates;
import badger.peer.IexInbox;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.record.ConnectionIds;
import badger.testing.FakeInternet;
import badger.testing.NodeContexts;
import badger.udp.Endpoint;
import badger.udp.MainSocket;
import badger.udp.Relay;
import badger.udp.RelayEndpoint;
import badger.udp.SharedSender;
import badger.udp.UdpReceiver;
import badger.wire.Ipv4Prefix;
import badger.wire.RelayFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One port for IEX, punches and DTLS (paper rows P41 and P51). */
final class DatagramRouterTest {
    private static final long TOKEN = 0xAB_CDEF_0123L;
    private static final Endpoint IEX = endpoint("203.0.113.1", 9_944);
    private static final Endpoint KNOWN = endpoint("198.51.100.2", 4_400);
    private static final Endpoint STRANGER = endpoint("198.51.100.9", 4_400);
    private static final byte[] DATA =
            HexFormat.of().parseHex("17fefd00010000000000000018" + "000100000000000000000000000000000000000000000000");

    private final Arena arena = Arena.ofShared();
    private final FakeInternet internet = new FakeInternet();
    private final Psk psk = Psk.of("a key");
    private final Counters counters = new Counters();
    private final PeerDirectory peers = new PeerDirectory();
    private final Peer peer = new Peer(address("10.0.0.20"), new Candidates(KNOWN, null), 2_048);
    private final List<String> maps = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final Relay relay = Relay.whereNeeded();
    private final IexInbox inbox = new IexInbox() {
        @Override
        public void offer(MemorySegment buffer, long at, int length) {
            maps.add(text(buffer, at, length));
        }

        @Override
        public void offerFromAnotherPort(MemorySegment buffer, long at, int length, int port) {
            answers.add(port + " " + text(buffer, at, length));
        }
    };
    private final NodeContext node = NodeContexts.of()
            .with(peers)
            .with(relay)
            .with(counters)
            .with(new SharedSender(new MainSocket(internet.host("198.51.100.1"), 0)::current, arena))
            .build();
    private final DatagramRouter router = new DatagramRouter(
            node,
            new IncomingCalls(
                    node,
                    Handshakes.DTLS,
                    HandshakeSettings.of(psk, "10.0.0.10", Aeads.named("jce")),
                    (found, association, source, startedNanos) -> association.close()),
            new ConnectionIds(),
            inbox);

    DatagramRouterTest() {
        peers.replace(List.of(peer));
        router.routeIex(IEX);
    }

    @AfterEach
    void free() {
        peer.free();
        internet.close();
        psk.close();
        arena.close();
    }

    @Test
    void jsonIsTakenFromIexAlone() {
        route("{\"Nodes\":[]}", IEX);
        route("\n\t {}", IEX);
        assertEquals(List.of("{\"Nodes\":[]}", "\n\t {}"), maps);
        route("{}", KNOWN);
        assertEquals(2, maps.size());
        assertEquals(1, counters.dropped(DropReason.INBOUND_PUNCH));
    }

    @Test
    void jsonFromAnotherPortOfIexIsNoMap() {
        route("{}", IEX.withPort(9_945));
        route("hello", IEX.withPort(9_945));
        assertEquals(List.of(), maps);
        assertEquals(List.of("9945 {}"), answers);
        assertEquals(1, counters.dropped(DropReason.INBOUND_PUNCH));
    }

    @Test
    void punchesOfAnyContentAreCountedAndForgotten() {
        long began = System.nanoTime();
        route("hello", STRANGER);
        assertFalse(peer.hasPunchedSince(began));
        route("punch", KNOWN);
        route("hello", IEX);
        assertEquals(3, counters.dropped(DropReason.INBOUND_PUNCH));
        assertTrue(peer.hasPunchedSince(began));
        assertFalse(peer.hasPunchedSince(System.nanoTime() + 1));
        assertEquals(-1, peer.inbox().peek());
    }

    @Test
    void recordsOfAKnownEndpointWaitForItsPeer() {
        route(DATA, KNOWN);
        assertEquals(DATA.length, peer.inbox().peek());
        assertEquals(KNOWN.low(), peer.inbox().tagLow());
        assertEquals(KNOWN.port(), peer.inbox().tagPort());
    }

    @Test
    void strangersMayOnlyKnock() {
        route(DATA, STRANGER);
        route(DATA, IEX);
        assertEquals(2, counters.dropped(DropReason.INBOUND_UNKNOWN_SOURCE));
        assertEquals(-1, peer.inbox().peek());
    }

    @Test
    void anInboxThatIsFullCountsWhatItLoses() {
        for (int i = 0; i < Peer.INBOX_SLOTS + 3; i++) {
            route(DATA, KNOWN);
        }
        assertEquals(3, counters.dropped(DropReason.INBOUND_RING_FULL));
    }

    @Test
    void relayedRecordsWaitForThePeerThatIexNames() {
        assertTrue(relay.offered(IEX, TOKEN));
        route(frame("10.0.0.20", TOKEN, DATA), IEX);
        assertEquals(DATA.length, peer.inbox().peek());
        assertEquals(
                RelayEndpoint.of(address("10.0.0.20")),
                new Endpoint(
                        peer.inbox().tagHigh(),
                        peer.inbox().tagLow(),
                        peer.inbox().tagPort()));
        route(frame("10.0.0.77", TOKEN, DATA), IEX);
        assertEquals(1, counters.dropped(DropReason.INBOUND_UNKNOWN_SOURCE));
    }

    @Test
    void framesOfOthersAndWrongTokensAreNotBelieved() {
        route(frame("10.0.0.20", TOKEN, DATA), IEX);
        assertTrue(relay.offered(IEX, TOKEN));
        route(frame("10.0.0.20", TOKEN, DATA), IEX.withPort(1));
        route(frame("10.0.0.20", TOKEN, DATA), KNOWN);
        assertEquals(3, counters.dropped(DropReason.RELAY_UNKNOWN_SOURCE));
        route(frame("10.0.0.20", TOKEN + 1, DATA), IEX);
        assertEquals(1, counters.dropped(DropReason.RELAY_BAD_TOKEN));
        route(frame("10.0.0.20", TOKEN, "no record at all".getBytes(StandardCharsets.US_ASCII)), IEX);
        route(frame("10.0.0.20", TOKEN, new byte[0]), IEX);
        assertEquals(2, counters.dropped(DropReason.RELAY_MALFORMED));
        relay.withdraw();
        route(frame("10.0.0.20", TOKEN, DATA), IEX);
        assertEquals(4, counters.dropped(DropReason.RELAY_UNKNOWN_SOURCE));
        assertEquals(-1, peer.inbox().peek());
    }

    @Test
    void nobodyCanSendFromTheAddressThatStandsForARelayedPeer() {
        assertTrue(relay.offered(IEX, TOKEN));
        route(DATA, RelayEndpoint.of(address("10.0.0.20")));
        assertEquals(1, counters.dropped(DropReason.INBOUND_UNKNOWN_SOURCE));
        assertEquals(-1, peer.inbox().peek());
    }

    private static byte[] frame(String virtualIp, long token, byte[] payload) {
        byte[] frame = new byte[RelayFrame.HEADER_BYTES + payload.length];
        RelayFrame.write(MemorySegment.ofArray(frame), 0, address(virtualIp), token);
        System.arraycopy(payload, 0, frame, RelayFrame.HEADER_BYTES, payload.length);
        return frame;
    }

    @Test
    void anEmptyDatagramIsAPunchToo() {
        route("", KNOWN);
        route("", IEX);
        assertEquals(2, counters.dropped(DropReason.INBOUND_PUNCH));
        assertEquals(List.of(), maps);
    }

    private static String text(MemorySegment buffer, long at, int length) {
        return new String(buffer.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    private void route(String text, Endpoint from) {
        route(text.getBytes(StandardCharsets.US_ASCII), from);
    }

    private void route(byte[] bytes, Endpoint from) {
        MemorySegment datagram = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, datagram, ValueLayout.JAVA_BYTE, 0, bytes.length);
        router.route(datagram, 0, bytes.length, new Source(from.high(), from.low(), from.port()));
    }

    private static Endpoint endpoint(String text, int port) {
        return Endpoint.ofIpv4(address(text), port);
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    /** A receiver whose last datagram came from this source. */
    private record Source(long sourceHigh, long sourceLow, int sourcePort) implements UdpReceiver {
        @Override
        public int segmentBytes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public int receive(MemorySegment into, long at, int capacity) {
            return NOTHING_WAITING;
        }

        @Override
        public boolean awaitReadable() {
            return false;
        }

        @Override
        public boolean awaitReadable(int timeoutMillis) {
            return false;
        }
    }
}
