package badger.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.Heartbeat;
import badger.message.Knock;
import badger.message.MapEntry;
import badger.message.MessageException;
import badger.message.NetworkMap;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerLifecycle;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.testing.SharesTheJvm;
import badger.time.Clock;
import badger.udp.Endpoint;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.udp.UdpReceiver;
import badger.udp.UdpSocket;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import badger.wire.RelayFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Heartbeats out, maps in (paper rows P12, P40 and P47), on the link's own thread. {@link IexLinkPaceTest} shows the
 * times of all that.
 */
@SharesTheJvm
final class IexLinkTest {
    private static final Ipv4Prefix OWN = new Ipv4Prefix(address("10.0.0.10"), 16);
    private static final Endpoint PRIVATE = Endpoint.ofIpv4(address("192.168.10.100"), 3_000);
    private static final List<Endpoint> FURTHER = List.of(Endpoint.ofIpv4(address("192.168.20.1"), 3_000));
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Arena arena = Arena.ofShared();
    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final UdpSocket iex = iexHost.bind(9_944);
    private final UdpReceiver atIex = iex.receiver(arena);
    private final MemorySegment buffer = arena.allocate(4_096);
    private final UdpSocket own = internet.host("198.51.100.1").bind(0);
    private final Counters counters = new Counters();
    private final PeerDirectory peers = new PeerDirectory();
    private final Opener opener = new Opener();
    private final ConcurrentLinkedQueue<Endpoint> moves = new ConcurrentLinkedQueue<>();
    private final Memory memory = new Memory();
    private final Relay relay = Relay.whereNeeded();
    private final IexMessages received = new IexMessages(counters);
    private final KnockQueue knocks = new KnockQueue(received::wakeUp);
    private final IexLink link = new IexLink(
            new LinkSettings(NodeAddresses.of(OWN), "a-node", false, relay, memory),
            new TestHost(),
            new IexLink.Doors(
                    new SharedSender(() -> own, arena), own::localPort, received, knocks, Clock.SYSTEM, moves::add),
            peers,
            opener,
            counters);
    private final Thread thread = Thread.ofPlatform().unstarted(link);

    @BeforeEach
    void start() {
        thread.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        link.close();
        thread.join();
        opener.opened.forEach(Peer::free);
        internet.close();
        arena.close();
    }

    @Test
    void sendsWhoItIsAndWhereAtOnceAndSoonAgainWhileNobodyAnswers() throws MessageException {
        Heartbeat first = nextHeartbeat();
        assertEquals(
                new Heartbeat(OWN.address(), PRIVATE, "a-node")
                        .takingRelayed(RelayFrame.NO_TOKEN)
                        .withFurtherEndpoints(FURTHER)
                        .takingKnocks(),
                first);
        assertEquals(own.localPort(), atIex.sourcePort());
        assertEquals(first, nextHeartbeat());
        assertEquals(first, nextHeartbeat());
        assertEquals(List.of(iexHost.endpoint(9_944)), List.copyOf(moves));
    }

    @Test
    void keepsAMapThatNamesOthersAndNotEachChangeOfIt() {
        MapEntry self = new MapEntry(OWN.address(), Endpoint.ofIpv4(address("198.51.100.1"), 4_400), null);
        MapEntry node = new MapEntry(address("10.0.0.20"), Endpoint.ofIpv4(address("198.51.100.2"), 4_400), null);
        byte[] map = new NetworkMap(List.of(self, node), 0, "").toJson();
        offer(new NetworkMap(List.of(self), 0, "").toJson());
        offer(map);
        offer(map);
        MapEntry last = new MapEntry(address("10.0.0.30"), Endpoint.ofIpv4(address("198.51.100.3"), 4_400), null);
        offer(new NetworkMap(List.of(self, last), 0, "").toJson());
        assertTrue(MeshNode.await(SOON, () -> peers.table().byVirtualAddress(last.virtualIp()) != null));
        assertEquals(1, memory.kept.get());
        assertEquals(new String(map, StandardCharsets.UTF_8), new String(memory.map, StandardCharsets.UTF_8));
    }

    private static final class Memory implements MapMemory {
        private volatile byte[] map = new byte[0];
        private final AtomicInteger kept = new AtomicInteger();

        @Override
        public byte[] recall() {
            return map;
        }

        @Override
        public void keep(byte[] newMap) {
            map = newMap;
            kept.incrementAndGet();
        }
    }

    @Test
    void opensTheNodesOfAMapAndCountsWhatIsNone() {
        offer("{\"Nodes\":".getBytes(StandardCharsets.US_ASCII));
        assertTrue(MeshNode.await(SOON, () -> counters.dropped(DropReason.MAP_MALFORMED) == 1));
        MapEntry node = new MapEntry(address("10.0.0.20"), Endpoint.ofIpv4(address("198.51.100.2"), 4_400), null);
        offer(new NetworkMap(List.of(node), -1, "").toJson());
        assertTrue(MeshNode.await(SOON, () -> peers.table().byVirtualAddress(node.virtualIp()) != null));
    }

    @Test
    void knocksByAnExtraHeartbeatSoon() throws MessageException {
        assertNotNull(nextHeartbeat());
        offer(new NetworkMap(List.of(), -1, "").toJson());
        assertTrue(MeshNode.await(SOON, () -> atIex.receive(buffer, 0, 4_096) == UdpReceiver.NOTHING_WAITING));
        long asked = System.nanoTime();
        knocks.knock(address("10.0.0.20"));
        knocks.knock(address("10.0.0.30"));
        // In one heartbeat or in two, as the threads run.
        List<Integer> knocked = new ArrayList<>();
        while (knocked.size() < 2) {
            knocked.addAll(nextHeartbeat().knocks());
        }
        assertTrue(System.nanoTime() - asked < Duration.ofSeconds(3).toNanos());
        assertEquals(List.of(address("10.0.0.20"), address("10.0.0.30")), knocked);
    }

    @Test
    void handsAKnockOnWhereTheMapHasNamedTheNode() {
        MapEntry node = new MapEntry(address("10.0.0.20"), Endpoint.ofIpv4(address("198.51.100.2"), 4_400), null);
        offer(new NetworkMap(List.of(node), -1, "").toJson());
        offer(new Knock(address("10.0.0.30")).toJson());
        offer(new Knock(address("10.0.0.20")).toJson());
        assertTrue(MeshNode.await(SOON, () -> !opener.knocked.isEmpty()));
        assertEquals(List.of("10.0.0.20"), List.copyOf(opener.knocked));
    }

    @Test
    void asksWhatNatThereIsBeforeAnythingGoesToThePeersOfTheFirstMap() throws InterruptedException {
        UdpReceiver atProbePort = iexHost.bind(9_950).receiver(arena);
        BlockingQueue<Integer> waitingAtOpening = new LinkedBlockingQueue<>();
        opener.onOpen = () -> waitingAtOpening.add(atProbePort.receive(arena.allocate(4_096), 0, 4_096));
        MapEntry node = new MapEntry(address("10.0.0.20"), Endpoint.ofIpv4(address("198.51.100.2"), 4_400), null);
        offer(new NetworkMap(List.of(node), -1, "", 9_950, 0, RelayFrame.NO_TOKEN).toJson());
        Integer length = waitingAtOpening.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertTrue(length != null && length > 0, "no probe came before the peer was opened: " + length);
    }

    private Heartbeat nextHeartbeat() throws MessageException {
        int length = atIex.receive(buffer, 0, 4_096);
        while (length < 0) {
            assertTrue(atIex.awaitReadable());
            length = atIex.receive(buffer, 0, 4_096);
        }
        return Heartbeat.parse(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), length);
    }

    private void offer(byte[] message) {
        received.offer(MemorySegment.ofArray(message), 0, message.length);
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    private final class TestHost implements Host {
        @Override
        public Endpoint locateIex() {
            return iexHost.endpoint(9_944 + moves.size() % 2);
        }

        @Override
        public Endpoint privateEndpoint(Endpoint iexEndpoint, int port) {
            return PRIVATE;
        }

        @Override
        public List<Endpoint> furtherEndpoints(Endpoint privateEndpoint, int port, NodeAddresses mesh) {
            return FURTHER;
        }
    }

    private static final class Opener implements PeerLifecycle {
        private final ConcurrentLinkedQueue<String> knocked = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Peer> opened = new ConcurrentLinkedQueue<>();
        private volatile Runnable onOpen = () -> {};

        @Override
        public Peer open(int virtualAddress, Candidates candidates) {
            onOpen.run();
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
            knocked.add(peer.toString());
        }

        @Override
        public void close(Peer peer) {
            assertTrue(opened.contains(peer));
        }
    }
}
