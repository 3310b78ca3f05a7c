package badger.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.counter.Counters;
import badger.counter.DropReason;
import badger.handshake.Association;
import badger.handshake.HandshakeFailure;
import badger.handshake.HandshakeSettings;
import badger.handshake.Handshakes;
import badger.handshake.Psk;
import badger.handshake.VerifiedHello;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.testing.NodeContexts;
import badger.testing.SendingSocket;
import badger.testing.TestClock;
import badger.time.Clock;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may shake hands, how many at once, and which peer a handshake was with. The hellos are real; the handshakes and
 * the clock are the test's.
 */
final class IncomingCallsTest {
    private static final int NODE = address("10.0.0.20");
    private static final Endpoint KNOWN = Endpoint.ofIpv4(address("198.51.100.2"), 4_400);
    private static final Endpoint STRANGER = Endpoint.ofIpv4(address("203.0.113.77"), 4_400);
    private static final Duration MAP_WAIT = Duration.ofSeconds(1);

    /** Header of the record 13, of the message 12, version 2, random 32, empty session id 1. */
    private static final int COOKIE_LENGTH_AT = 60;

    private static final int RANDOM_AT = 27;
    private static byte[] hello;

    private final TestClock clock = new TestClock();
    private final Counters counters = new Counters();
    private final PeerDirectory directory = new PeerDirectory();
    private final Peer peer = new Peer(NODE, new Candidates(KNOWN, null), 256);
    private final Arena arena = Arena.ofShared();
    private final List<byte[]> answers = new ArrayList<>();
    private final List<PendingAssociation> made = new ArrayList<>();
    private final List<String> accepted = new ArrayList<>();
    private Runnable whenSleeping = () -> {};
    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");
    private final IncomingCalls calls = new IncomingCalls(
            NodeContexts.of()
                    .with(directory)
                    .with(counters)
                    .with(new WatchedClock())
                    .sendingBy(new Socket())
                    .build(),
            new FakeHandshakes(),
            HandshakeSettings.of(psk, "10.0.0.10", Aeads.named("jce")),
            (whose, association, endpoint, startedNanos) -> accepted.add(whose + " at " + endpoint));

    @BeforeAll
    static void makeAHello() throws InterruptedException {
        BlockingQueue<byte[]> flights = new LinkedBlockingQueue<>();
        try (Psk anyKey = Psk.of("0123456789abcdef0123456789abcdef")) {
            Association client = Handshakes.DTLS.connect(
                    HandshakeSettings.of(anyKey, "10.0.0.20", Aeads.named("jce")),
                    (flight, at, length) ->
                            flights.add(flight.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE)),
                    PendingAssociation.nobody());
            hello = flights.poll(10, TimeUnit.SECONDS);
            client.close();
            assertTrue(client.awaitEnd(Duration.ofSeconds(10)));
        }
    }

    @AfterEach
    void free() {
        peer.free();
        psk.close();
        arena.close();
    }

    @Test
    void aHelloCostsNothingUntilItBringsItsCookieBack() {
        stranger(hello, STRANGER);
        assertEquals(1, answers.size());
        assertTrue(answers.getFirst().length <= hello.length, "an answer longer than the question invites reflection");
        assertEquals(1, counters.dropped(DropReason.INBOUND_COOKIE_SENT));
        assertEquals(0, made.size());
        stranger(withCookie(hello, answers.getFirst()), STRANGER);
        assertEquals(1, made.size());
    }

    @Test
    void eightHandshakesOfOneAddressMayBeUnderWay() {
        for (int port = 1; port <= 10; port++) {
            call(STRANGER.withPort(port));
        }
        assertEquals(8, made.size());
        assertEquals(2, counters.dropped(DropReason.INBOUND_TOO_MANY_HANDSHAKES));
        call(Endpoint.ofIpv4(address("203.0.113.78"), 1));
        assertEquals(9, made.size(), "another address");
        made.getFirst().fail(HandshakeFailure.TIMEOUT);
        call(STRANGER.withPort(11));
        assertEquals(10, made.size(), "there is room again");
    }

    @Test
    void twoHundredAndFiftySixMayBeUnderWayAndKnownEndpointsOnTopOfThat() {
        directory.replace(List.of(peer));
        for (int i = 0; i < 256; i++) {
            call(Endpoint.ofIpv4(address("203.0.113.1") + i / 8, 1 + i % 8));
        }
        assertEquals(256, made.size());
        call(Endpoint.ofIpv4(address("203.0.114.1"), 1));
        assertEquals(256, made.size());
        assertEquals(1, counters.dropped(DropReason.INBOUND_TOO_MANY_HANDSHAKES));
        call(KNOWN);
        call(RelayEndpoint.of(NODE));
        assertEquals(258, made.size());
        call(RelayEndpoint.of(address("10.0.0.99")));
        assertEquals(258, made.size(), "nobody the map names");
    }

    @Test
    void aHelloThatIsRepeatedGoesToTheHandshakeThatItBegan() {
        stranger(hello, STRANGER);
        byte[] second = withCookie(hello, answers.getLast());
        stranger(second, STRANGER);
        stranger(second, STRANGER);
        assertEquals(1, made.size());
        assertEquals(1, made.getFirst().offered);
    }

    @Test
    void aClientThatBeginsAnewTakesThePlaceOfItsFormerHandshake() {
        call(STRANGER);
        byte[] other = hello.clone();
        other[RANDOM_AT + 5] ^= 1;
        stranger(other, STRANGER);
        stranger(withCookie(other, answers.getLast()), STRANGER);
        assertEquals(2, made.size());
        assertTrue(made.getFirst().isEnded());
        assertFalse(made.getLast().isEnded());
    }

    @Test
    void theIdentityNamesThePeerWhereverItCallsFrom() {
        directory.replace(List.of(peer));
        call(STRANGER);
        made.getFirst().establish("10.0.0.20");
        assertEquals(List.of("10.0.0.20 at " + STRANGER), accepted);
    }

    @Test
    void aKnownEndpointIsNotEnoughWhereTheIdentityNamesAnotherNode() {
        directory.replace(List.of(peer));
        call(KNOWN);
        made.getFirst().establish("10.0.0.30");
        assertEquals(List.of(), accepted);
        assertTrue(made.getFirst().isDiscarded);
    }

    @Test
    void whereAForeignIdentityNamesNobodyTheEndpointDoes() {
        directory.replace(List.of(peer));
        call(KNOWN);
        made.getFirst().establish("a device");
        assertEquals(List.of("10.0.0.20 at " + KNOWN), accepted);
        call(STRANGER);
        made.getLast().establish("a device");
        assertEquals(1, accepted.size());
        assertTrue(made.getLast().isDiscarded);
    }

    @Test
    void aClientThatTheMapDoesNotNameIsKeptWaitingForASecondAndThenDiscarded() {
        call(STRANGER);
        long before = clock.nanoTime();
        made.getFirst().establish("10.0.0.20");
        assertEquals(MAP_WAIT.toNanos(), clock.nanoTime() - before);
        assertEquals(List.of(), accepted);
        assertTrue(made.getFirst().isDiscarded);
    }

    @Test
    void andTakenOverAsSoonAsAMapNamesIt() {
        call(STRANGER);
        long before = clock.nanoTime();
        whenSleeping = () -> {
            if (clock.nanoTime() - before >= Duration.ofMillis(420).toNanos()) {
                directory.replace(List.of(peer));
            }
        };
        made.getFirst().establish("10.0.0.20");
        // It looks at the map every 50 ms.
        assertEquals(Duration.ofMillis(450).toNanos(), clock.nanoTime() - before);
        assertEquals(List.of("10.0.0.20 at " + STRANGER), accepted);
        assertFalse(made.getFirst().isDiscarded);
    }

    @Test
    void whatIexRelaysIsAPeersOnlyWhereTheIdentityAgrees() {
        directory.replace(List.of(peer));
        call(RelayEndpoint.of(NODE));
        made.getLast().establish("10.0.0.30");
        assertEquals(List.of(), accepted);
        assertTrue(made.getLast().isDiscarded);
        call(RelayEndpoint.of(NODE));
        made.getLast().establish("a device");
        assertEquals(List.of(), accepted);
        call(RelayEndpoint.of(NODE));
        made.getLast().establish("10.0.0.20");
        assertEquals(1, accepted.size());
    }

    @Test
    void afterTheEndNobodyIsTakenOverAndNobodyWaits() {
        directory.replace(List.of(peer));
        call(KNOWN);
        call(STRANGER);
        calls.close();
        assertTrue(made.stream().allMatch(PendingAssociation::isEnded));
        long before = clock.nanoTime();
        call(STRANGER.withPort(9));
        made.getLast().establish("10.0.0.20");
        assertEquals(before, clock.nanoTime());
        assertEquals(List.of(), accepted);
        assertTrue(made.getLast().isDiscarded);
    }

    @Test
    void failedHandshakesGiveOneLineInFiveSeconds() {
        // The tests of other nodes log in the same JVM, too: no other test uses this address.
        String mine = "203.0.113.99";
        Endpoint source = Endpoint.ofIpv4(address(mine), 1);
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                String line = new SimpleFormatter().formatMessage(record);
                if (line.contains(mine)) {
                    lines.add(line);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(IncomingCalls.class.getName());
        logger.addHandler(handler);
        try {
            for (HandshakeFailure normal :
                    List.of(HandshakeFailure.TIMEOUT, HandshakeFailure.CLOSED, HandshakeFailure.CLOSED_BY_PEER)) {
                clock.pass(Duration.ofSeconds(10));
                fail(source, normal);
            }
            assertEquals(List.of(), lines);
            for (int i = 0; i < 51; i++) {
                fail(source, HandshakeFailure.WRONG_KEY_LIKELY);
                clock.pass(Duration.ofMillis(100));
            }
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().contains(HandshakeFailure.WRONG_KEY_LIKELY.sentence()), lines::toString);
            fail(source, HandshakeFailure.PROTOCOL_ERROR);
            assertEquals(2, lines.size(), lines::toString);
            assertTrue(lines.getLast().contains(HandshakeFailure.PROTOCOL_ERROR.sentence()), lines::toString);
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void recordsGoToTheHandshakeOfTheirEndpointAndThoseOfNobodyAreCounted() {
        call(STRANGER);
        byte[] alert = {21, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 5, 0, 2, 2, 40};
        stranger(alert, STRANGER);
        assertEquals(1, made.getFirst().offered);
        stranger(alert, STRANGER.withPort(5));
        assertEquals(1, made.getFirst().offered);
        assertEquals(1, counters.dropped(DropReason.INBOUND_UNKNOWN_SOURCE));
        assertSame(made.getFirst(), made.getLast());
    }

    private void fail(Endpoint source, HandshakeFailure reason) {
        call(source);
        made.getLast().fail(reason);
    }

    /** A whole beginning: hello, cookie, hello with cookie. */
    private void call(Endpoint source) {
        answers.clear();
        stranger(hello, source);
        stranger(withCookie(hello, answers.getLast()), source);
    }

    private void stranger(byte[] datagram, Endpoint source) {
        MemorySegment buffer = arena.allocate(datagram.length);
        MemorySegment.copy(datagram, 0, buffer, ValueLayout.JAVA_BYTE, 0, datagram.length);
        calls.stranger(buffer, 0, datagram.length, source);
    }

    /** The client's second hello, with the cookie of {@code answer}, a HelloVerifyRequest. */
    private static byte[] withCookie(byte[] first, byte[] answer) {
        int lengthAt = 13 + 12 + 2;
        byte[] cookie = Arrays.copyOfRange(answer, lengthAt + 1, lengthAt + 1 + answer[lengthAt]);
        ByteBuffer second = ByteBuffer.allocate(first.length + cookie.length);
        second.put(first, 0, COOKIE_LENGTH_AT).put((byte) cookie.length).put(cookie);
        second.put(first, COOKIE_LENGTH_AT + 1, first.length - COOKIE_LENGTH_AT - 1);
        int messageBytes = second.capacity() - 13 - 12;
        second.putShort(11, (short) (messageBytes + 12));
        second.putShort(15, (short) messageBytes);
        second.putShort(17, (short) 1);
        second.putShort(23, (short) messageBytes);
        return second.array();
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    /** Tells the test whenever a thread sleeps. */
    private final class WatchedClock implements Clock {
        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public void sleep(long forNanos) {
            clock.sleep(forNanos);
            whenSleeping.run();
        }
    }

    private final class Socket extends SendingSocket {
        Socket() {
            super(Endpoint.ofIpv4(address("192.168.10.1"), 9_944));
        }

        @Override
        public int send(MemorySegment from, long at, int length) {
            answers.add(from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
            return length;
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
            throw new AssertionError("handshakes send no segments");
        }
    }

    private final class FakeHandshakes implements Handshakes {
        @Override
        public Association connect(
                HandshakeSettings settings, Association.FlightSender out, Association.Listener listener) {
            throw new AssertionError("nobody is called");
        }

        @Override
        public Association accept(
                HandshakeSettings settings,
                VerifiedHello verified,
                Association.FlightSender out,
                Association.Listener listener) {
            made.add(new PendingAssociation(verified, listener));
            return made.getLast();
        }
    }
}
