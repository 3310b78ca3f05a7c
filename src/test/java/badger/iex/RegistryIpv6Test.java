package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.iex.Outcome.Change;
import badger.iex.Outcome.Conflict;
import badger.iex.Outcome.Unchanged;
import badger.message.Heartbeat;
import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who holds which IPv6 virtual address. */
final class RegistryIpv6Test {
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(10);
    private final Registry registry = new Registry(IexSettings.DEFAULTS);

    @Test
    void handsIpv6AddressesOutAndSeesThemChange() {
        assertEquals(Change.JOINED, beat("10.0.0.10", "1.1.1.1", "a", "fd00::10"));
        assertEquals(ipv6("fd00::10"), registry.snapshot().getFirst().virtualIpv6());
        assertEquals(Unchanged.IMPATIENT, beat("10.0.0.10", "1.1.1.1", "a", "fd00::10"));
        assertEquals(Change.CHANGED, beat("10.0.0.10", "1.1.1.1", "a", "fd00::11", "fd00::12"));
        assertEquals(
                ipv6("fd00::11", "fd00::12"), registry.snapshot().getFirst().virtualIpv6());
        assertEquals(Change.JOINED, beat("10.0.0.20", "2.2.2.2", "b", "fd00::10"));
        assertEquals(Change.CHANGED, beat("10.0.0.10", "1.1.1.1", "a"));
        assertEquals(Ipv6Addresses.NONE, registry.snapshot().getFirst().virtualIpv6());
    }

    @Test
    void refusesAnIpv6AddressOfAnotherLiveNodeAndChangesNothing() {
        beat("10.0.0.10", "1.1.1.1", "a", "fd00::10");
        beat("10.0.0.20", "2.2.2.2", "b", "fd00::20");
        List<MapEntry> before = registry.snapshot();
        Conflict conflict = conflict("1.1.1.1");
        assertEquals(conflict, beat("10.0.0.20", "2.2.2.2", "b", "fd00::20", "fd00::10"));
        assertEquals(conflict, beat("10.0.0.30", "3.3.3.3", "c", "fd00::30", "fd00::10"));
        assertEquals(
                conflict, registry.heartbeat(heartbeat("10.0.0.30", "", "fd00::10"), endpoint("1.1.1.1", 4401), now));
        assertEquals(before, registry.snapshot());
        // The other addresses of a refused heartbeat are still free.
        assertEquals(Change.JOINED, beat("10.0.0.40", "4.4.4.4", "d", "fd00::30"));
    }

    @Test
    void givesTheIpv6AddressOfASilentHolderAway() {
        beat("10.0.0.10", "1.1.1.1", "a", "fd00::10", "fd00::11");
        pass(7_500);
        assertEquals(conflict("1.1.1.1"), beat("10.0.0.20", "2.2.2.2", "b", "fd00::10"));
        now++;
        assertEquals(Change.JOINED, beat("10.0.0.20", "2.2.2.2", "b", "fd00::10"));
        assertEquals(ipv6("fd00::11"), registry.snapshot().get(0).virtualIpv6());
        assertEquals(ipv6("fd00::10"), registry.snapshot().get(1).virtualIpv6());
        assertEquals(conflict("2.2.2.2"), beat("10.0.0.10", "1.1.1.1", "a", "fd00::10", "fd00::11"));
    }

    @Test
    void aNodeThatTakesAnotherIpv4AddressKeepsItsIpv6Address() {
        beat("10.0.0.10", "1.1.1.1", "a", "fd00::10");
        // At its endpoint, and then at another one before its former entry is forgotten.
        assertEquals(Change.CHANGED, beat("10.0.0.11", "1.1.1.1", "a", "fd00::10"));
        assertEquals(Change.JOINED, beat("10.0.0.12", "2.2.2.2", "a", "fd00::10"));
        assertEquals(Ipv6Addresses.NONE, registry.snapshot().get(0).virtualIpv6());
        assertEquals(ipv6("fd00::10"), registry.snapshot().get(1).virtualIpv6());
    }

    @Test
    void ipv6AddressesGoWithTheirNode() {
        beat("10.0.0.10", "1.1.1.1", "a", "fd00::10");
        beat("10.0.0.20", "2.2.2.2", "b", "fd00::20");
        // A node that moves to the endpoint of another node takes that node off the map.
        assertEquals(Change.MOVED, beat("10.0.0.10", "2.2.2.2", "a", "fd00::10"));
        assertEquals(Change.JOINED, beat("10.0.0.30", "3.3.3.3", "c", "fd00::20"));
        pass(30_001);
        assertEquals(
                List.of(ipv6("fd00::10"), ipv6("fd00::20")),
                registry.sweep(now).stream().map(MapEntry::virtualIpv6).toList());
        assertEquals(Change.JOINED, beat("10.0.0.40", "4.4.4.4", "d", "fd00::10", "fd00::20"));
    }

    @Test
    void everyIpv6AddressHasOneHolderHoweverNodesComeAndGo() {
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            pass(random.nextInt(400));
            int node = random.nextInt(12);
            String[] claimed = IntStream.range(0, random.nextInt(4))
                    .mapToObj(_ -> "fd00::" + (1 + random.nextInt(10)))
                    .toArray(String[]::new);
            beat(
                    "10.0.0." + (1 + random.nextInt(14)),
                    "1.1.1." + node,
                    random.nextInt(5) == 0 ? "" : "n" + node,
                    claimed);
            registry.sweep(now);
            List<Ipv6Address> held = registry.snapshot().stream()
                    .flatMap(entry -> entry.virtualIpv6().list().stream())
                    .toList();
            assertEquals(
                    held.size(),
                    held.stream().distinct().count(),
                    () -> registry.snapshot().toString());
        }
        pass(31_000);
        registry.sweep(now);
        for (int i = 1; i <= 10; i++) {
            assertEquals(Change.JOINED, beat("10.1.0." + i, "2.2.2." + i, "", "fd00::" + i));
        }
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private Object beat(String vip, String address, String nodeId, String... ipv6) {
        return Beat.outcome(registry, heartbeat(vip, nodeId, ipv6), endpoint(address, 4400), now);
    }

    /** A conflict over fd00::10. */
    private static Conflict conflict(String holderAddress) {
        return new Conflict("fd00::10", endpoint(holderAddress, 4400));
    }

    private static Heartbeat heartbeat(String vip, String nodeId, String... ipv6) {
        return new Heartbeat(Ipv4Prefix.parseAddress(vip).orElseThrow(), ipv6(ipv6), null, nodeId);
    }

    private static Ipv6Addresses ipv6(String... texts) {
        return Ipv6Addresses.of(Arrays.stream(texts)
                .map(text -> Ipv6Address.parse(text).orElseThrow())
                .toList());
    }

    private static Endpoint endpoint(String address, int port) {
        return Endpoint.of(InetAddress.ofLiteral(address), port);
    }
}
