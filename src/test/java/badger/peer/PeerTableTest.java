package badger.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import badger.udp.Endpoint;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeerTableTest {
    private final List<Peer> peers = new ArrayList<>();

    @AfterEach
    void freePeers() {
        peers.forEach(Peer::free);
    }

    @Test
    void findsEveryPeerUnderBothIndexes() {
        Random random = new Random(7);
        Map<Integer, Peer> expected = new HashMap<>();
        while (expected.size() < 1_000) {
            int address = 0x0A000000 | random.nextInt(0x10000);
            expected.computeIfAbsent(
                    address, key -> peer(key, Endpoint.ofIpv4(random.nextInt(), 1 + random.nextInt(65_535)), null));
        }
        PeerTable table = PeerTable.EMPTY.withPeers(expected.values());
        expected.forEach((address, peer) -> {
            assertSame(peer, table.byVirtualAddress(address));
            Endpoint endpoint = peer.candidates().publicEndpoint();
            assertSame(peer, table.byEndpoint(endpoint.high(), endpoint.low(), endpoint.port()));
        });
        assertEquals(1_000, table.peers().size());
        assertNull(table.byVirtualAddress(0x0B000001));
    }

    @Test
    void findsEveryPeerByEachOfItsIpv6Addresses() {
        Random random = new Random(6);
        Map<Ipv6Address, Peer> expected = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            Peer peer = peer(i + 1, Endpoint.ofIpv4(0xCB007101 + i, 1), null);
            List<Ipv6Address> addresses = new ArrayList<>();
            for (int j = random.nextInt(Ipv6Addresses.MOST + 1); j > 0; j--) {
                Ipv6Address address = new Ipv6Address(0xFD00L << 48 | random.nextInt(3), 8L * i + j);
                addresses.add(address);
                expected.put(address, peer);
            }
            peer.updateVirtualIpv6(Ipv6Addresses.of(addresses));
        }
        PeerTable table = PeerTable.EMPTY.withPeers(peers);
        expected.forEach((address, peer) -> assertSame(peer, table.byVirtualIpv6(address.high(), address.low())));
        assertNull(table.byVirtualIpv6(0xFD00L << 48, 8L * 500 + 1));
        assertNull(table.byVirtualIpv6(0, 0));
    }

    @Test
    void aTableIsASnapshotOfThePeersIpv6Addresses() {
        Peer peer = peer(1, Endpoint.ofIpv4(0xCB007101, 1), null);
        peer.updateVirtualIpv6(Ipv6Addresses.of(List.of(new Ipv6Address(7, 1))));
        PeerTable before = PeerTable.EMPTY.withPeers(List.of(peer));
        peer.updateVirtualIpv6(Ipv6Addresses.of(List.of(new Ipv6Address(7, 2))));
        PeerTable after = before.withPeers(List.of(peer));
        assertSame(peer, before.byVirtualIpv6(7, 1));
        assertNull(before.byVirtualIpv6(7, 2));
        assertSame(peer, after.byVirtualIpv6(7, 2));
        assertNull(after.byVirtualIpv6(7, 1));
    }

    @Test
    void emptyTableFindsNothing() {
        assertNull(PeerTable.EMPTY.byVirtualIpv6(0, 0));
        assertNull(PeerTable.EMPTY.byVirtualAddress(1));
        assertNull(PeerTable.EMPTY.byEndpoint(0, 1, 2));
    }

    @Test
    void publicEndpointWinsOverAnothersPrivateOne() {
        Endpoint shared = Endpoint.ofIpv4(0xC0A80A64, 4_400);
        Peer owner = peer(1, shared, null);
        Peer claimant = peer(2, Endpoint.ofIpv4(0xCB007102, 4_400), shared);
        PeerTable table = PeerTable.EMPTY.withPeers(List.of(claimant, owner));
        assertSame(owner, table.byEndpoint(shared.high(), shared.low(), shared.port()));
    }

    @Test
    void learnedEndpointLastsWhileThePeerStays() {
        Peer peer = peer(1, Endpoint.ofIpv4(0xCB007101, 1), null);
        Endpoint learned = Endpoint.ofIpv4(0xCB007101, 2);
        PeerTable table = PeerTable.EMPTY.withPeers(List.of(peer)).withLearned(learned, peer);
        assertSame(peer, table.byEndpoint(learned.high(), learned.low(), learned.port()));
        PeerTable again = table.withPeers(List.of(peer));
        assertSame(peer, again.byEndpoint(learned.high(), learned.low(), learned.port()));
        assertNull(again.withPeers(List.of()).byEndpoint(learned.high(), learned.low(), learned.port()));
    }

    @Test
    void peerHasOneLearnedEndpointOnly() {
        Peer peer = peer(1, Endpoint.ofIpv4(0xCB007101, 1), null);
        Endpoint first = Endpoint.ofIpv4(0xCB007101, 2);
        Endpoint second = Endpoint.ofIpv4(0xCB007101, 3);
        PeerTable table = PeerTable.EMPTY
                .withPeers(List.of(peer))
                .withLearned(first, peer)
                .withLearned(second, peer);
        assertNull(table.byEndpoint(first.high(), first.low(), first.port()));
        assertSame(peer, table.byEndpoint(second.high(), second.low(), second.port()));
    }

    private Peer peer(int address, Endpoint publicEndpoint, Endpoint privateEndpoint) {
        Peer peer = new Peer(address, new Candidates(publicEndpoint, privateEndpoint), 256);
        peers.add(peer);
        return peer;
    }
}
