package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.iex.Outcome.Change;
import badger.iex.Outcome.Conflict;
import badger.iex.Outcome.Rejected;
import badger.iex.Outcome.Unchanged;
import badger.message.Heartbeat;
import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RegistryTest {
    // Near the overflow, so that every comparison of times meets it.
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(10);
    private final Registry registry = new Registry(IexSettings.DEFAULTS);

    @Test
    void listsNodesInTheOrderOfJoining() {
        assertEquals(Change.JOINED, beat("10.0.0.20", "2.2.2.2", 4400));
        assertEquals(Change.JOINED, beat("10.0.0.10", "1.1.1.1", 4400));
        assertEquals(Unchanged.REFRESHED, beat("10.0.0.20", "2.2.2.2", 4400));
        assertEquals(List.of("10.0.0.20", "10.0.0.10"), virtualIps());
    }

    @Test
    void keepsTwoNodesBehindOnePublicAddressApart() {
        assertEquals(Change.JOINED, beat("10.0.0.10", "1.1.1.1", 4400));
        assertEquals(Change.JOINED, beat("10.0.0.20", "1.1.1.1", 4401));
        assertEquals(2, registry.size());
    }

    @Test
    void takesThePublicPortForAMissingPrivateOne() {
        Endpoint source = endpoint("1.1.1.1", 4400);
        registry.heartbeat(new Heartbeat(vip("10.0.0.10"), endpoint("192.168.10.100", 0), ""), source, now);
        registry.heartbeat(
                new Heartbeat(vip("10.0.0.20"), endpoint("192.168.10.200", 3000), ""), endpoint("2.2.2.2", 1), now);
        assertEquals(
                endpoint("192.168.10.100", 4400), registry.snapshot().get(0).privateEndpoint());
        assertEquals(
                endpoint("192.168.10.200", 3000), registry.snapshot().get(1).privateEndpoint());
    }

    @Test
    void removesANodeOnlyWhenItWasSilentForLongerThanTheTimeout() {
        beat("10.0.0.10", "1.1.1.1", 4400);
        pass(30_000);
        assertEquals(List.of(), registry.sweep(now));
        now++;
        assertEquals(List.of(new MapEntry(vip("10.0.0.10"), endpoint("1.1.1.1", 4400), null)), registry.sweep(now));
        assertEquals(0, registry.size());
        assertEquals(Change.JOINED, beat("10.0.0.10", "1.1.1.1", 4400));
    }

    @Test
    void aHeartbeatKeepsANodeOnTheMap() {
        beat("10.0.0.10", "1.1.1.1", 4400);
        pass(29_000);
        assertEquals(Unchanged.REFRESHED, beat("10.0.0.10", "1.1.1.1", 4400));
        pass(29_000);
        assertEquals(List.of(), registry.sweep(now));
    }

    @Test
    void oneNodeMayUseUpHalfOfTheKnocksAtAnotherAndNoMore() {
        String[] senders = {"10.0.0.1", "10.0.0.2", "10.0.0.3"};
        for (String each : senders) {
            beat(each, "1.1.1.1", 4400 + (vip(each) & 0xFF));
        }
        registry.heartbeat(new Heartbeat(vip("10.0.0.20"), null, "").takingKnocks(), endpoint("2.2.2.2", 4400), now);
        assertEquals(64, knocks(senders[0], 100));
        assertEquals(64, knocks(senders[1], 100));
        assertEquals(0, knocks(senders[2], 1));
        pass(1_000);
        assertEquals(32, knocks(senders[0], 100));
        assertEquals(32, knocks(senders[2], 32));
        assertEquals(0, knocks(senders[2], 1));
    }

    @Test
    void aKnockThatCannotArriveCostsNothing() {
        beat("10.0.0.1", "1.1.1.1", 4401);
        beat("10.0.0.2", "1.1.1.1", 4402);
        for (int i = 0; i < 1_000; i++) {
            assertNull(registry.knockedAt(vip("10.0.0.2"), vip("10.0.0.1"), now), "it does not understand knocks");
            assertNull(registry.knockedAt(vip("10.0.0.3"), vip("10.0.0.1"), now), "it is not there");
            assertNull(registry.knockedAt(vip("10.0.0.1"), vip("10.0.0.1"), now), "it is itself");
        }
        registry.heartbeat(new Heartbeat(vip("10.0.0.20"), null, "").takingKnocks(), endpoint("2.2.2.2", 4400), now);
        assertEquals(64, knocks("10.0.0.1", 64));
    }

    private int knocks(String from, int tries) {
        int passedOn = 0;
        for (int i = 0; i < tries; i++) {
            passedOn += registry.knockedAt(vip("10.0.0.20"), vip(from), now) == null ? 0 : 1;
        }
        return passedOn;
    }

    @Test
    void movesANamedNodeInPlaceAtOnce() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        beat("10.0.0.20", "2.2.2.2", 4400, "b");
        assertEquals(Change.MOVED, beat("10.0.0.10", "3.3.3.3", 9, "a"));
        assertEquals(List.of("10.0.0.10", "10.0.0.20"), virtualIps());
        assertEquals(endpoint("3.3.3.3", 9), registry.holderOf(vip("10.0.0.10")));
        // The former endpoint is free now.
        assertEquals(Change.JOINED, beat("10.0.0.30", "1.1.1.1", 4400, "c"));
    }

    @Test
    void movesANamelessNodeThatKeepsItsPublicAddress() {
        beat("10.0.0.10", "1.1.1.1", 4400);
        assertEquals(Change.MOVED, beat("10.0.0.10", "1.1.1.1", 5500));
        assertEquals(1, registry.size());
    }

    @Test
    void refusesAnotherNodeWhileTheHolderLives() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        assertEquals(conflict("10.0.0.10", "1.1.1.1", 4400), beat("10.0.0.10", "2.2.2.2", 4400, "b"));
        assertEquals(conflict("10.0.0.10", "1.1.1.1", 4400), beat("10.0.0.10", "1.1.1.1", 4401, "b"));
        assertEquals(conflict("10.0.0.10", "1.1.1.1", 4400), beat("10.0.0.10", "2.2.2.2", 4400));
        assertEquals(conflict("10.0.0.10", "1.1.1.1", 4400), beat("10.0.0.10", "1.1.1.1", 4401));
        assertEquals(endpoint("1.1.1.1", 4400), registry.holderOf(vip("10.0.0.10")));
    }

    @Test
    void refusesANamelessNodeFromAnotherPublicAddress() {
        beat("10.0.0.10", "1.1.1.1", 4400);
        assertEquals(conflict("10.0.0.10", "1.1.1.1", 4400), beat("10.0.0.10", "2.2.2.2", 4400));
    }

    @Test
    void givesTheAddressOfASilentHolderAway() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        pass(7_500);
        assertEquals(conflict("10.0.0.10", "1.1.1.1", 4400), beat("10.0.0.10", "2.2.2.2", 4400, "b"));
        now++;
        assertEquals(Change.MOVED, beat("10.0.0.10", "2.2.2.2", 4400, "b"));
        assertEquals(conflict("10.0.0.10", "2.2.2.2", 4400), beat("10.0.0.10", "1.1.1.1", 4400, "a"));
    }

    @Test
    void aRefusedHeartbeatDoesNotKeepTheHolderAlive() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        pass(5_000);
        beat("10.0.0.10", "2.2.2.2", 4400, "b");
        pass(25_001);
        assertEquals(1, registry.sweep(now).size());
    }

    @Test
    void seesARestartAtTheSamePlace() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        assertEquals(Change.RESTARTED, beat("10.0.0.10", "1.1.1.1", 4400, "b"));
        pass(5_000);
        assertEquals(Unchanged.REFRESHED, beat("10.0.0.10", "1.1.1.1", 4400, "b"));
    }

    @Test
    void seesThatANodeWithANameHasNoMapYet() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        pass(500);
        assertEquals(Unchanged.IMPATIENT, beat("10.0.0.10", "1.1.1.1", 4400, "a"));
        pass(3_000);
        assertEquals(Unchanged.REFRESHED, beat("10.0.0.10", "1.1.1.1", 4400, "a"));
        beat("10.0.0.20", "2.2.2.2", 4400, "");
        pass(500);
        assertEquals(Unchanged.REFRESHED, beat("10.0.0.20", "2.2.2.2", 4400, ""), "its address may be forged");
    }

    @Test
    void aSourceThatChangesItsVirtualAddressGivesTheOldOneBack() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        assertEquals(Change.CHANGED, beat("10.0.0.11", "1.1.1.1", 4400, "a"));
        assertEquals(List.of("10.0.0.11"), virtualIps());
        assertEquals(Change.JOINED, beat("10.0.0.10", "2.2.2.2", 4400, "b"));
    }

    @Test
    void aSourceThatAsksForAHeldAddressKeepsItsOwn() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        beat("10.0.0.20", "2.2.2.2", 4400, "b");
        assertEquals(conflict("10.0.0.10", "1.1.1.1", 4400), beat("10.0.0.10", "2.2.2.2", 4400, "b"));
        assertEquals(List.of("10.0.0.10", "10.0.0.20"), virtualIps());
    }

    @Test
    void aMoveOntoAnotherNodesPlaceLeavesOneEntryForThatPlace() {
        beat("10.0.0.10", "1.1.1.1", 4400, "a");
        beat("10.0.0.20", "2.2.2.2", 4400, "b");
        assertEquals(Change.MOVED, beat("10.0.0.10", "2.2.2.2", 4400, "a"));
        assertEquals(List.of("10.0.0.10"), virtualIps());
        pass(30_001);
        assertEquals(1, registry.sweep(now).size());
        assertEquals(Change.JOINED, beat("10.0.0.20", "2.2.2.2", 4400, "b"));
    }

    @Test
    void aNewPrivateAddressIsAChange() {
        Endpoint source = endpoint("1.1.1.1", 4400);
        registry.heartbeat(new Heartbeat(vip("10.0.0.10"), null, ""), source, now);
        Heartbeat other = new Heartbeat(vip("10.0.0.10"), endpoint("192.168.1.1", 3), "");
        assertEquals(Change.CHANGED, Beat.outcome(registry, other, source, now));
        assertEquals(Unchanged.REFRESHED, Beat.outcome(registry, other, source, now));
    }

    @Test
    void refusesAddressesThatNoHostCanHave() {
        for (String vip : List.of("0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255")) {
            assertEquals(Rejected.BAD_ADDRESS, beat(vip, "1.1.1.1", 4400), vip);
        }
        assertEquals(Rejected.BAD_ADDRESS, beat("10.0.0.10", "1.1.1.1", 0));
        assertEquals(0, registry.size());
    }

    @Test
    void boundsTheTableAndTheNodesOfOneAddress() {
        for (int i = 0; i < IexSettings.DEFAULTS.maximumNodesPerAddress(); i++) {
            assertEquals(Change.JOINED, beat("10.1.0." + i, "1.1.1.1", 1000 + i));
        }
        assertEquals(Rejected.TOO_MANY_AT_ADDRESS, beat("10.2.0.1", "1.1.1.1", 5000));
        for (int i = 0; i < 100; i++) {
            assertEquals(Change.JOINED, beat("10.3.0." + i, "127.0.0.1", 1000 + i));
        }
        int i = 0;
        while (registry.size() < IexSettings.DEFAULTS.maximumNodes()) {
            assertEquals(Change.JOINED, beat(Ipv4Prefix.format(0x0B000001 + i), Ipv4Prefix.format(0x02000001 + i), 9));
            i++;
        }
        assertEquals(Rejected.TOO_MANY_NODES, beat("10.4.0.1", "9.9.9.9", 9));
        assertEquals(Unchanged.REFRESHED, beat("10.1.0.0", "1.1.1.1", 1000));
        pass(31_000);
        registry.sweep(now);
        assertEquals(Change.JOINED, beat("10.2.0.1", "1.1.1.1", 5000));
    }

    @Test
    void countsAnIpv6CustomerAsOneAddress() {
        for (int i = 0; i < IexSettings.DEFAULTS.maximumNodesPerAddress(); i++) {
            assertEquals(Change.JOINED, beat("10.1.0." + i, "2001:db8:0:1::" + (i + 1), 1000));
        }
        assertEquals(Rejected.TOO_MANY_AT_ADDRESS, beat("10.2.0.1", "2001:db8:0:1::ffff", 1000));
        assertEquals(Change.JOINED, beat("10.2.0.1", "2001:db8:0:2::1", 1000));
    }

    @Test
    void aMoveWithinAFullAddressIsAllowed() {
        for (int i = 0; i < IexSettings.DEFAULTS.maximumNodesPerAddress(); i++) {
            beat("10.1.0." + i, "1.1.1.1", 1000 + i, "n" + i);
        }
        beat("10.2.0.1", "2.2.2.2", 1, "x");
        assertEquals(Change.MOVED, beat("10.1.0.0", "1.1.1.1", 7000, "n0"));
        assertEquals(Rejected.TOO_MANY_AT_ADDRESS, beat("10.2.0.1", "1.1.1.1", 8000, "x"));
    }

    @Test
    void looksAtTenHeartbeatsOfASourceInASecond() {
        beat("10.0.0.10", "1.1.1.1", 4400);
        Endpoint source = endpoint("1.1.1.1", 4400);
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            admitted += registry.mayBeat(source, now) ? 1 : 0;
        }
        assertEquals(10, admitted);
        assertFalse(registry.mayBeat(source, now));
        assertTrue(registry.mayBeat(endpoint("1.1.1.1", 4401), now));
        pass(100);
        assertTrue(registry.mayBeat(source, now));
        assertFalse(registry.mayBeat(source, now));
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private Object beat(String vip, String address, int port) {
        return beat(vip, address, port, "");
    }

    private Object beat(String vip, String address, int port, String nodeId) {
        return Beat.outcome(registry, new Heartbeat(vip(vip), null, nodeId), endpoint(address, port), now);
    }

    private static Conflict conflict(String vip, String holderAddress, int holderPort) {
        return new Conflict(vip, endpoint(holderAddress, holderPort));
    }

    private List<String> virtualIps() {
        return registry.snapshot().stream()
                .map(entry -> Ipv4Prefix.format(entry.virtualIp()))
                .toList();
    }

    private static int vip(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    private static Endpoint endpoint(String address, int port) {
        return Endpoint.of(InetAddress.ofLiteral(address), port);
    }
}
