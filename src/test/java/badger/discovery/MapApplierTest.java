package badger.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.handshake.Association;
import badger.handshake.Psk;
import badger.message.MapEntry;
import badger.message.NetworkMap;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerLifecycle;
import badger.session.PeerPath;
import badger.session.Session;
import badger.testing.FakeInternet;
import badger.testing.LinkedHandshake;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.udp.UdpSocket;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MapApplierTest {
    private static final Ipv4Prefix OWN = prefix("10.0.0.10", 16);
    private static final NodeAddresses OWN_ADDRESSES =
            new NodeAddresses(OWN, List.of(prefix6("fd00::10", 64), prefix6("fd12:3456:789a::10", 48)));
    private static final Endpoint IEX = endpoint("203.0.113.1", 9_944);

    private final PeerDirectory peers = new PeerDirectory();
    private final Recorder recorder = new Recorder();
    private final Counters counters = new Counters();
    private final MapApplier applier = new MapApplier(OWN_ADDRESSES, peers, recorder, counters, false);

    @AfterEach
    void freePeers() {
        recorder.everOpened.forEach(Peer::free);
    }

    @Test
    void opensEveryNodeButItself() {
        apply(0, entry("10.0.0.10"), entry("10.0.0.20"), entry("10.0.0.30"));
        assertEquals(List.of("10.0.0.20", "10.0.0.30"), sorted(recorder.started));
    }

    @Test
    void discardsItselfByAddressWhenTheIndexIsWrong() {
        apply(-1, entry("10.0.0.20"), entry("10.0.0.10"));
        assertEquals(List.of("10.0.0.20"), sorted(recorder.started));
    }

    @Test
    void discardsTheEntryAtItsIndexWhateverItsAddress() {
        apply(0, entry("10.0.0.11"), entry("10.0.0.20"));
        assertEquals(List.of("10.0.0.20"), sorted(recorder.started));
    }

    @Test
    void refusesNodesOutsideThePrefixAndEndpointsThatAreNoNodes() {
        apply(
                -1,
                entry("10.1.0.20"),
                new MapEntry(address("10.0.0.21"), endpoint("127.0.0.1", 5), null),
                new MapEntry(address("10.0.0.22"), endpoint("224.0.0.1", 5), null),
                new MapEntry(address("10.0.0.23"), endpoint("255.255.255.255", 5), null),
                new MapEntry(address("10.0.0.24"), endpoint("0.0.0.1", 5), null),
                new MapEntry(address("10.0.0.25"), endpoint("10.0.0.99", 5), null),
                new MapEntry(address("10.0.0.26"), RelayEndpoint.of(address("10.0.0.26")), null));
        assertTrue(recorder.started.isEmpty());
        assertEquals(7, counters.dropped(DropReason.MAP_ENTRY_REFUSED));
    }

    @Test
    void usesPrivateEndpointUnlessItIsItsOwn() {
        Endpoint lan = endpoint("192.168.10.101", 4_400);
        Endpoint own = endpoint("192.168.10.100", 4_400);
        MapEntry near = new MapEntry(address("10.0.0.20"), endpoint("198.51.100.2", 4_400), lan);
        MapEntry alike = new MapEntry(address("10.0.0.30"), endpoint("198.51.100.3", 4_400), own);
        applier.apply(new NetworkMap(List.of(near, alike), -1, ""), IEX, List.of(own), 0);
        assertEquals(lan, candidates("10.0.0.20").privateEndpoint());
        assertNull(candidates("10.0.0.30").privateEndpoint());
    }

    @Test
    void furtherEndpointsAreCandidatesWhereTheyAreNeitherItsOwnNorInTheMesh() {
        Endpoint lan = endpoint("192.168.20.1", 4_400);
        Endpoint own = endpoint("172.17.0.1", 4_400);
        Endpoint global = new Endpoint(0x2001_0DB8L << 32, 5, 4_400);
        MapEntry node =
                entry("10.0.0.20").withFurtherEndpoints(List.of(global, own, endpoint("10.0.0.99", 4_400), lan));
        applier.apply(new NetworkMap(List.of(node), -1, ""), IEX, List.of(own), 0);
        assertEquals(
                List.of(lan, global, node.publicEndpoint()),
                candidates("10.0.0.20").endpoints());
        assertSame(
                peers.table().byVirtualAddress(address("10.0.0.20")),
                peers.table().byEndpoint(global.high(), global.low(), global.port()));
        applier.apply(new NetworkMap(List.of(node), -1, ""), IEX, List.of(own), 0);
        applier.apply(new NetworkMap(List.of(entry("10.0.0.20")), -1, ""), IEX, List.of(own), 0);
        assertEquals(List.of("10.0.0.20 false", "10.0.0.20 true"), recorder.received);
    }

    @Test
    void tellsPeerOfItsNewEndpoint() {
        apply(-1, entry("10.0.0.20"));
        MapEntry moved = new MapEntry(address("10.0.0.20"), endpoint("198.51.100.9", 9), null);
        applier.apply(new NetworkMap(List.of(moved), -1, ""), IEX, List.of(), 1);
        assertEquals(moved.publicEndpoint(), candidates("10.0.0.20").publicEndpoint());
        assertEquals(List.of("10.0.0.20 true"), recorder.received);
    }

    @Test
    void tellsPeersWhetherTheyTakeRelayedDatagrams() {
        apply(-1, entry("10.0.0.20").withRelayed(true), entry("10.0.0.30"));
        Peer taking = peers.table().byVirtualAddress(address("10.0.0.20"));
        Peer other = peers.table().byVirtualAddress(address("10.0.0.30"));
        assertTrue(taking.takesRelayed());
        assertFalse(other.takesRelayed());
        apply(-1, entry("10.0.0.20"), entry("10.0.0.30").withRelayed(true));
        assertFalse(taking.takesRelayed());
        assertTrue(other.takesRelayed());
    }

    @Test
    void removesNodeThatNeverConnectedWithTheFirstMapWithoutIt() {
        apply(-1, entry("10.0.0.20"), entry("10.0.0.30"));
        apply(-1, entry("10.0.0.30"));
        assertEquals(List.of("10.0.0.20"), recorder.closed);
        assertNull(peers.table().byVirtualAddress(address("10.0.0.20")));
    }

    @Test
    void keepsNodeThatTalkedUntilTwoMapsAndThirtySecondsLackIt() throws Exception {
        apply(-1, entry("10.0.0.20"));
        talkAt(0, "10.0.0.20");
        applyEmptyAt(1);
        applyEmptyAt(12);
        applyEmptyAt(31);
        assertTrue(recorder.closed.isEmpty(), "gone too early");
        applyEmptyAt(32);
        assertEquals(List.of("10.0.0.20"), recorder.closed);
    }

    @Test
    void keepsNodeThatGoesOnTalkingHoweverManyMapsLackIt() throws Exception {
        apply(-1, entry("10.0.0.20"));
        Session session = talkAt(0, "10.0.0.20");
        for (int second = 5; second < 100; second += 5) {
            session.heard(TimeUnit.SECONDS.toNanos(second - 4));
            applyEmptyAt(second);
        }
        assertTrue(recorder.closed.isEmpty());
    }

    @Test
    void obeysAMapAtOnceWhereRemovalIsStrict() throws Exception {
        MapApplier strict = new MapApplier(OWN_ADDRESSES, peers, recorder, counters, true);
        strict.apply(new NetworkMap(List.of(entry("10.0.0.20")), -1, ""), IEX, List.of(), 0);
        talkAt(0, "10.0.0.20");
        strict.apply(new NetworkMap(List.of(), -1, ""), IEX, List.of(), TimeUnit.SECONDS.toNanos(1));
        assertEquals(List.of("10.0.0.20"), recorder.closed);
    }

    @Test
    void findsPeersByTheIpv6AddressesOfTheMapAndFollowsTheirChanges() {
        apply(-1, entry("10.0.0.20", "fd00::20", "fd12:3456:789a:7::20"), entry("10.0.0.30"));
        Peer peer = peers.table().byVirtualAddress(address("10.0.0.20"));
        assertSame(peer, byIpv6("fd00::20"));
        assertSame(peer, byIpv6("fd12:3456:789a:7::20"));
        apply(-1, entry("10.0.0.20", "fd00::21"), entry("10.0.0.30", "fd00::20"));
        assertSame(peer, byIpv6("fd00::21"));
        assertEquals("fd00::21", peer.virtualIpv6().toString());
        assertEquals("10.0.0.30", byIpv6("fd00::20").toString());
        assertNull(byIpv6("fd12:3456:789a:7::20"));
        // An address inside the mesh does not tell where the peer is, so nobody has to punch anew.
        assertEquals(List.of("10.0.0.20 false", "10.0.0.30 false"), sorted(recorder.received));
        apply(-1, entry("10.0.0.20"), entry("10.0.0.30"));
        assertNull(byIpv6("fd00::21"));
        assertSame(peer, peers.table().byVirtualAddress(address("10.0.0.20")));
    }

    @Test
    void passesOverIpv6AddressesThatAreItsOwnOrOutsideItsSubnetsOrTakenByAnEarlierNode() {
        apply(
                0,
                entry("10.0.0.10", "fd00::40"),
                entry("10.0.0.20", "fd00::10", "fd00:1::20", "2001:db8::20", "fd00::20"),
                entry("10.0.0.30", "fd12:3456:789a::10", "fd00::20", "fd00::30"),
                entry("10.1.0.40", "fd00::31"));
        assertEquals("fd00::20", byIpv6("fd00::20").virtualIpv6().toString());
        assertEquals("10.0.0.20", byIpv6("fd00::20").toString());
        assertEquals("fd00::30", byIpv6("fd00::30").virtualIpv6().toString());
        for (String nobodys : List.of("fd00::10", "fd00:1::20", "2001:db8::20", "fd00::31", "fd00::40")) {
            assertNull(byIpv6(nobodys), nobodys);
        }
    }

    @Test
    void aNodeWithoutIpv6PassesAllOfItOver() {
        MapApplier ipv4Alone = new MapApplier(NodeAddresses.of(OWN), peers, recorder, counters, false);
        ipv4Alone.apply(new NetworkMap(List.of(entry("10.0.0.20", "fd00::20")), -1, ""), IEX, List.of(), 0);
        assertEquals(List.of("10.0.0.20"), recorder.started);
        assertNull(byIpv6("fd00::20"));
    }

    @Test
    void aPeerThatMapsLackKeepsItsIpv6AddressUntilAnotherHasIt() throws Exception {
        apply(-1, entry("10.0.0.20", "fd00::20", "fd00::21"));
        talkAt(0, "10.0.0.20");
        applyEmptyAt(1);
        assertEquals("10.0.0.20", byIpv6("fd00::20").toString());
        apply(-1, entry("10.0.0.30", "fd00::20"));
        assertEquals("10.0.0.30", byIpv6("fd00::20").toString());
        assertEquals("10.0.0.20", byIpv6("fd00::21").toString());
        assertEquals("fd00::21", byIpv6("fd00::21").virtualIpv6().toString());
    }

    @Test
    void refusesEndpointsInsideTheMesh() {
        apply(-1, new MapEntry(address("10.0.0.20"), new Endpoint(0xFD00L << 48, 0x99, 4_400), null));
        assertTrue(recorder.started.isEmpty());
        assertEquals(1, counters.dropped(DropReason.MAP_ENTRY_REFUSED));
    }

    @Test
    void opensAtMostSixtyFourPeersForOneMapAndTheRestWithTheNext() {
        MapEntry[] many = IntStream.range(0, 100)
                .mapToObj(i -> entry("10.0.1." + (i + 1)))
                .toArray(MapEntry[]::new);
        apply(-1, many);
        assertEquals(MapApplier.MAX_OPENED_PER_MAP, recorder.started.size());
        apply(-1, many);
        assertEquals(100, recorder.started.size());
    }

    private void apply(int myIndex, MapEntry... entries) {
        applier.apply(new NetworkMap(List.of(entries), myIndex, ""), IEX, List.of(), 0);
    }

    private void applyEmptyAt(int second) {
        applier.apply(new NetworkMap(List.of(), -1, ""), IEX, List.of(), TimeUnit.SECONDS.toNanos(second));
    }

    /**
     * Gives a peer a session that received something at that time. The other end of the session does not learn of it.
     */
    private Session talkAt(int second, String virtualIp) throws Exception {
        Peer peer = peers.table().byVirtualAddress(address(virtualIp));
        Session session;
        try (Psk psk = Psk.of("a key");
                FakeInternet internet = new FakeInternet()) {
            UdpSocket socket = internet.host("198.51.100.1").bind(0);
            Association association =
                    new LinkedHandshake(psk, "jce", "10.0.0.10", virtualIp).client.get(10, TimeUnit.SECONDS);
            session = new Session(
                    association,
                    new PeerPath(peer.candidates().publicEndpoint(), null, socket, () -> {}),
                    TimeUnit.SECONDS.toNanos(second),
                    peer.traffic());
            association.close();
            assertTrue(association.awaitEnd(Duration.ofSeconds(10)));
        }
        peer.useSession(session);
        return session;
    }

    private Candidates candidates(String virtualIp) {
        return peers.table().byVirtualAddress(address(virtualIp)).candidates();
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    private static MapEntry entry(String virtualIp) {
        return new MapEntry(address(virtualIp), Endpoint.ofIpv4(0xC6336400 | (address(virtualIp) & 0xFF), 4_400), null);
    }

    private static MapEntry entry(String virtualIp, String... ipv6) {
        return entry(virtualIp)
                .withVirtualIpv6(Ipv6Addresses.of(
                        Arrays.stream(ipv6).map(MapApplierTest::address6).toList()));
    }

    private Peer byIpv6(String text) {
        return peers.table().byVirtualIpv6(address6(text).high(), address6(text).low());
    }

    private static Ipv6Address address6(String text) {
        return Ipv6Address.parse(text).orElseThrow();
    }

    private static Ipv6Prefix prefix6(String text, int length) {
        return new Ipv6Prefix(address6(text), length);
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    private static Ipv4Prefix prefix(String text, int length) {
        return new Ipv4Prefix(address(text), length);
    }

    private static Endpoint endpoint(String text, int port) {
        return Endpoint.ofIpv4(address(text), port);
    }

    private static final class Recorder implements PeerLifecycle {
        private final List<String> knocked = new ArrayList<>();
        private final List<Peer> everOpened = new ArrayList<>();
        private final List<String> started = new ArrayList<>();
        private final List<String> received = new ArrayList<>();
        private final List<String> closed = new ArrayList<>();

        @Override
        public Peer open(int virtualAddress, Candidates candidates) {
            Peer peer = new Peer(virtualAddress, candidates, 256);
            everOpened.add(peer);
            return peer;
        }

        @Override
        public void start(Peer peer) {
            started.add(peer.toString());
        }

        @Override
        public void mapReceived(Peer peer, boolean haveCandidatesChanged) {
            received.add(peer + " " + haveCandidatesChanged);
        }

        @Override
        public void knocked(Peer peer) {
            knocked.add(peer.toString());
        }

        @Override
        public void close(Peer peer) {
            closed.add(peer.toString());
        }
    }
}
