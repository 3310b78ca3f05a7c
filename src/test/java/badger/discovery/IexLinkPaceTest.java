package badger.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Counters;
import badger.message.Heartbeat;
import badger.message.MapEntry;
import badger.message.MessageException;
import badger.message.NetworkMap;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerLifecycle;
import badger.testing.SendingSocket;
import badger.testing.TestClock;
import badger.udp.Endpoint;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import badger.wire.RelayFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a node beats, asks the next server, takes the last map, and gives a token back. The clock is the test's. */
final class IexLinkPaceTest {
    private static final Ipv4Prefix OWN = new Ipv4Prefix(address("10.0.0.10"), 16);
    private static final Endpoint FIRST = Endpoint.ofIpv4(address("203.0.113.1"), 9_944);
    private static final Endpoint SECOND = Endpoint.ofIpv4(address("203.0.113.2"), 9_944);
    private static final MapEntry OTHER =
            new MapEntry(address("10.0.0.20"), Endpoint.ofIpv4(address("198.51.100.2"), 4_400), null);
    private static final byte[] EMPTY_MAP = new NetworkMap(List.of(), -1, "").toJson();
    private static final Duration STEP = Duration.ofMillis(10);

    /** A heartbeat as a server gets it. */
    private record Beat(long atMillis, Endpoint server, Heartbeat heartbeat) {}

    private final TestClock clock = new TestClock();
    private final long startNanos = clock.nanoTime();
    private final List<Beat> beats = new ArrayList<>();
    private final Counters counters = new Counters();
    private final PeerDirectory peers = new PeerDirectory();
    private final List<Peer> opened = new ArrayList<>();
    private final List<Endpoint> moves = new ArrayList<>();
    private final Relay relay = Relay.whereNeeded();
    private final IexMessages received = new IexMessages(counters);
    private final KnockQueue knocks = new KnockQueue(received::wakeUp);
    private final Socket socket = new Socket();
    private byte[] lastMap = new byte[0];
    private final IexLink link = new IexLink(
            new LinkSettings(NodeAddresses.of(OWN), "a-node", false, relay, new Memory()),
            new TestHost(),
            new IexLink.Doors(
                    new SharedSender(() -> socket, Arena.ofAuto()), () -> 3_000, received, knocks, clock, moves::add),
            peers,
            new Opener(),
            counters);

    @BeforeEach
    void start() {
        link.start(clock.nanoTime());
        link.tick(clock.nanoTime());
    }

    @AfterEach
    void free() {
        opened.forEach(Peer::free);
    }

    @Test
    void beatsAtOnceAndThenAfterHalfASecondAndLessOftenUntilItIsAnswered() {
        pass(Duration.ofMillis(4_900));
        List<Long> times = beats.stream().map(Beat::atMillis).toList();
        assertEquals(List.of(0L, 500L, 1_250L, 2_380L, 4_070L), times);
        assertTrue(beats.stream().allMatch(each -> each.server().equals(FIRST)));
    }

    @Test
    void beatsEveryFiveSecondsOneTenthMoreOrLessOnceAnswered() throws InterruptedException {
        answer(EMPTY_MAP);
        passUntilBeats(2);
        for (int i = 0; i < 100; i++) {
            long before = beats.getLast().atMillis();
            answer(EMPTY_MAP);
            passUntilBeats(beats.size() + 1);
            long pause = beats.getLast().atMillis() - before;
            assertTrue(pause >= 4_500 && pause <= 5_510, pause + " ms");
        }
        assertEquals(List.of(FIRST), moves);
    }

    @Test
    void nodesDoNotBeatInStep() throws InterruptedException {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answer(EMPTY_MAP);
            long before = beats.getLast().atMillis();
            passUntilBeats(beats.size() + 1);
            pauses.add(beats.getLast().atMillis() - before);
        }
        assertTrue(pauses.subList(1, 20).stream().distinct().count() > 1, pauses::toString);
    }

    @Test
    void saysWhenItWantsToBeCalledAgain() throws InterruptedException {
        answer(EMPTY_MAP);
        link.tick(clock.nanoTime());
        for (int i = 0; i < 20; i++) {
            int before = beats.size();
            long wait = link.deadlines().nanosUntilDue(clock.nanoTime(), TimeUnit.MINUTES.toNanos(1));
            link.tick(clock.pass(Duration.ofNanos(wait - 1)));
            assertEquals(before, beats.size());
            link.tick(clock.pass(Duration.ofNanos(1)));
            assertEquals(before + 1, beats.size());
            answer(EMPTY_MAP);
            link.tick(clock.nanoTime());
        }
    }

    @Test
    void aServerThatIsSilentForElevenAndAHalfSecondsGivesWayToTheNextOne() throws InterruptedException {
        answer(EMPTY_MAP);
        long heardMillis = millis();
        pass(Duration.ofMillis(11_490));
        assertEquals(List.of(FIRST), moves);
        assertTrue(beats.size() >= 5, "it asks more often from six seconds on: " + beats);
        while (moves.size() < 2) {
            pass(STEP);
            assertTrue(millis() - heardMillis <= 15_000, "within fifteen seconds");
        }
        // Whether it is silent is asked with a heartbeat, and those go once a second then.
        assertTrue(millis() - heardMillis <= 12_600, millis() - heardMillis + " ms");
        assertEquals(List.of(FIRST, SECOND), moves);
        assertEquals(SECOND, beats.getLast().server());
        int before = beats.size();
        pass(Duration.ofMillis(1_300));
        assertEquals(before + 2, beats.size(), "as often as the first one at the start");
        answer(EMPTY_MAP);
        pass(Duration.ofSeconds(10));
        assertEquals(List.of(FIRST, SECOND), moves, "it answers");
    }

    @Test
    void atTheStartFiveSecondsOfSilenceAreEnough() {
        pass(Duration.ofMillis(4_990));
        assertEquals(List.of(FIRST), moves);
        // With the heartbeat that is due next.
        pass(Duration.ofSeconds(2));
        assertEquals(List.of(FIRST, SECOND), moves);
        assertEquals(SECOND, beats.getLast().server());
    }

    @Test
    void takesTheLastMapAfterTwoSecondsInWhichNobodyAnswers() {
        lastMap = new NetworkMap(List.of(OTHER), -1, "").toJson();
        pass(Duration.ofSeconds(2));
        assertEquals(List.of(), opened);
        // With the heartbeat that is due next.
        pass(Duration.ofMillis(500));
        assertEquals(1, opened.size());
        assertNotNull(peers.table().byVirtualAddress(OTHER.virtualIp()));
    }

    @Test
    void andNotWhereAServerHasAnswered() throws InterruptedException {
        lastMap = new NetworkMap(List.of(OTHER), -1, "").toJson();
        pass(Duration.ofMillis(1_900));
        answer(EMPTY_MAP);
        pass(Duration.ofSeconds(60));
        assertEquals(List.of(), opened);
    }

    @Test
    void aTokenIsGivenBackAtOnceButNotTwiceIn250Milliseconds() throws InterruptedException {
        answer(EMPTY_MAP);
        pass(Duration.ofSeconds(1));
        int before = beats.size();
        assertNull(relay.offer());
        List<Long> answers = new ArrayList<>();
        for (int token = 1; token <= 100; token++) {
            answer(new NetworkMap(List.of(), -1, "", 0, 0, token).toJson());
            pass(STEP);
            while (beats.size() > before + answers.size()) {
                Beat beat = beats.get(before + answers.size());
                answers.add(beat.atMillis());
                assertEquals(token, beat.heartbeat().relayToken(), "always the newest");
            }
        }
        assertEquals(4, answers.size(), answers::toString);
        for (int i = 1; i < answers.size(); i++) {
            long pause = answers.get(i) - answers.get(i - 1);
            assertTrue(pause > 250 && pause <= 270, answers::toString);
        }
        // The last one is not forgotten.
        pass(Duration.ofMillis(260));
        assertEquals(100, beats.getLast().heartbeat().relayToken());
        assertEquals(new Relay.Offer(FIRST, 100), relay.offer());
        answer(EMPTY_MAP);
        passUntilBeats(beats.size() + 1);
        assertEquals(RelayFrame.NO_TOKEN, beats.getLast().heartbeat().relayToken());
    }

    @Test
    void aKnockGoesWithAHeartbeatOfItsOwnAtOnceAndTheNextNoSoonerThan250MillisecondsLater()
            throws InterruptedException {
        answer(EMPTY_MAP);
        passUntilBeats(3);
        knocks.knock(address("10.0.0.20"));
        pass(STEP);
        assertEquals(List.of(address("10.0.0.20")), beats.getLast().heartbeat().knocks());
        long knockedMillis = beats.getLast().atMillis();
        knocks.knock(address("10.0.0.30"));
        passUntilBeats(beats.size() + 1);
        assertEquals(List.of(address("10.0.0.30")), beats.getLast().heartbeat().knocks());
        assertEquals(knockedMillis + 250, beats.getLast().atMillis());
    }

    @Test
    void anotherAddressOfThisHostIsToldAtOnce() throws InterruptedException {
        answer(EMPTY_MAP);
        passUntilBeats(2);
        int before = beats.size();
        link.networkChanged();
        pass(STEP);
        assertEquals(before, beats.size(), "it is the same");
        socket.privateAddress = Endpoint.ofIpv4(address("192.168.10.7"), 3_000);
        link.networkChanged();
        pass(STEP);
        assertEquals(before + 1, beats.size());
        assertEquals(socket.privateAddress, beats.getLast().heartbeat().privateEndpoint());
    }

    private void passUntilBeats(int count) {
        long end = millis() + 60_000;
        while (beats.size() < count) {
            assertTrue(millis() < end, "no heartbeat for a minute");
            pass(STEP);
        }
    }

    /** Lets so much time pass, and the link do what is due every ten milliseconds. */
    private void pass(Duration time) {
        for (long passed = 0; passed < time.toMillis(); passed += STEP.toMillis()) {
            link.tick(clock.pass(STEP));
        }
    }

    private void answer(byte[] message) throws InterruptedException {
        received.offer(MemorySegment.ofArray(message), 0, message.length);
        for (IexMessages.Message each = received.await(0); each != null; each = received.await(0)) {
            link.receive(each, clock.nanoTime());
        }
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startNanos);
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    private final class Memory implements MapMemory {
        @Override
        public byte[] recall() {
            return lastMap;
        }

        @Override
        public void keep(byte[] newMap) {
            lastMap = newMap;
        }
    }

    private final class Socket extends SendingSocket {
        private Endpoint privateAddress = Endpoint.ofIpv4(address("192.168.10.100"), 3_000);

        Socket() {
            super(Endpoint.ofIpv4(address("192.168.10.100"), 3_000));
        }

        @Override
        public int send(MemorySegment from, long at, int length) {
            throw new AssertionError("it is not connected");
        }

        @Override
        public int send(MemorySegment from, long at, int length, Endpoint to) {
            byte[] bytes = from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
            try {
                beats.add(new Beat(millis(), to, Heartbeat.parse(bytes, length)));
            } catch (MessageException malformed) {
                throw new AssertionError(malformed);
            }
            return length;
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
            throw new AssertionError("nothing is that long");
        }
    }

    private final class TestHost implements Host {
        @Override
        public Endpoint locateIex() {
            return moves.size() % 2 == 0 ? FIRST : SECOND;
        }

        @Override
        public Endpoint privateEndpoint(Endpoint iexEndpoint, int port) {
            return socket.privateAddress;
        }

        @Override
        public List<Endpoint> furtherEndpoints(Endpoint privateEndpoint, int port, NodeAddresses mesh) {
            return List.of();
        }
    }

    private final class Opener implements PeerLifecycle {
        @Override
        public Peer open(int virtualAddress, Candidates candidates) {
            Peer peer = new Peer(virtualAddress, candidates, 2_048);
            opened.add(peer);
            return peer;
        }

        @Override
        public void start(Peer peer) {
            assertTrue(opened.contains(peer));
        }

        @Override
        public void mapReceived(Peer peer, boolean haveCandidatesChanged) {
            assertTrue(opened.contains(peer));
        }

        @Override
        public void knocked(Peer peer) {
            throw new AssertionError("nobody knocks here");
        }

        @Override
        public void close(Peer peer) {
            throw new AssertionError("nobody leaves the map here");
        }
    }
}
