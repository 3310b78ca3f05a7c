package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.iex.Outcome.Change;
import badger.iex.Outcome.Unchanged;
import badger.message.Heartbeat;
import badger.udp.Endpoint;
import badger.wire.RelayFrame;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay learns only of nodes that want relayed datagrams and have given their token back. */
final class RegistryRelayTest {
    private static final int A = 0x0A00000A;
    private static final int B = 0x0A000014;
    private static final Endpoint PLACE = Endpoint.ofIpv4(0xC6336402, 4_400);
    private static final Endpoint ELSEWHERE = Endpoint.ofIpv4(0xC6336403, 4_400);

    private final Registry registry = new Registry(RecordRelayTest.settings(1_000_000));
    private long now;

    @BeforeEach
    void joinAndProve() {
        assertEquals(Change.JOINED, beat(A, PLACE, RelayFrame.NO_TOKEN));
        assertEquals(List.of(), places());
        assertEquals(0, registry.relayVersion());
        assertEquals(Change.CHANGED, beat(A, PLACE, registry.relayToken(PLACE)));
        assertNews(1);
        assertEquals(List.of(PLACE), places());
    }

    @Test
    void whatConcernsOthersIsNoNews() {
        registry.heartbeat(new Heartbeat(B, null, "b"), ELSEWHERE, now);
        registry.heartbeat(new Heartbeat(B + 1, null, "b"), ELSEWHERE, now);
        assertEquals(Unchanged.REFRESHED, beat(A, PLACE, registry.relayToken(PLACE)));
        assertNews(1);
        assertEquals(List.of(PLACE), places());
    }

    @Test
    void aNodeThatMovedProvesItselfAnew() {
        long before = registry.relayToken(PLACE);
        assertEquals(Change.MOVED, beat(A, ELSEWHERE, before));
        assertNews(2);
        assertEquals(List.of(), places());
        assertEquals(Change.CHANGED, beat(A, ELSEWHERE, registry.relayToken(ELSEWHERE)));
        assertNews(3);
        assertEquals(List.of(ELSEWHERE), places());
    }

    @Test
    void whoTakesThePlaceOfAnotherEndsItsRelay() {
        assertEquals(Change.JOINED, beat(B, ELSEWHERE, RelayFrame.NO_TOKEN));
        assertNews(1);
        assertEquals(Change.MOVED, beat(B, PLACE, RelayFrame.NO_TOKEN));
        assertNews(2);
        assertEquals(List.of(), places());
    }

    @Test
    void aNodeWithAnotherAddressIsRelayedByThat() {
        assertEquals(Change.CHANGED, beat(B, PLACE, registry.relayToken(PLACE)));
        assertNews(2);
        assertEquals(B, registry.relayNodes().getFirst().virtualIp());
    }

    @Test
    void whoWantsItNoMoreOrLeavesIsOut() {
        assertEquals(Change.CHANGED, Beat.outcome(registry, new Heartbeat(A, null, "n" + A), PLACE, now));
        assertNews(2);
        assertEquals(List.of(), places());
        beat(A, PLACE, registry.relayToken(PLACE));
        now += TimeUnit.SECONDS.toNanos(31);
        assertEquals(1, registry.sweep(now).size());
        assertEquals(List.of(), places());
    }

    private Object beat(int virtualIp, Endpoint place, long token) {
        return Beat.outcome(registry, heartbeat(virtualIp, token), place, now);
    }

    private static Heartbeat heartbeat(int virtualIp, long token) {
        return new Heartbeat(virtualIp, null, "n" + virtualIp).takingRelayed(token);
    }

    private void assertNews(int version) {
        assertEquals(version, registry.relayVersion());
    }

    private List<Endpoint> places() {
        return registry.relayNodes().stream().map(RelayNode::endpoint).toList();
    }
}
