package badger.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.handshake.HandshakeFailure;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerEvent;
import badger.peer.PeerTimer;
import badger.testing.NodeContexts;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.Relay;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Why a peer cannot be reached, told once. The clock is the test's. */
final class ReachabilityTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PeerDirectory peers = new PeerDirectory();
    private final Peer peer = new Peer(0x0A000014, new Candidates(Endpoint.ofIpv4(0xC6336402, 4_400), null), 256);
    private final Relay relay = Relay.whereNeeded();
    private final Deadlines<PeerTimer> deadlines = new Deadlines<>(PeerTimer.class);
    private int portsTaken;
    private final Reachability reachability = new Reachability(
            peer, NodeContexts.of().with(peers).with(relay).build(), false, () -> portsTaken++, deadlines);

    @AfterEach
    void free() {
        peer.free();
    }

    @Test
    void saysAfterTwelveSecondsAndOnceThatTheNatsDoNotLetThemMeet() {
        classes(NatClass.HARD, NatClass.EASY);
        reachability.trying(0);
        reachability.tick(11 * SECOND);
        assertEquals(12 * SECOND, deadlines.earliestNanos());
        assertEquals(List.of(), reasons());
        for (int second = 12; second < 60; second++) {
            // New addresses do not start the count anew.
            reachability.trying(second * SECOND);
            reachability.mapReceived(second * SECOND);
            reachability.tick(second * SECOND);
            assertFalse(deadlines.isAnySet(), "there is nothing more to say");
        }
        assertEquals(
                List.of("before this node is a hard NAT, with another port for every destination, before the peer an "
                        + "easy NAT, which filters by port: no direct path is possible, only one of IPv6 or of a "
                        + "common network; a relay would do, but the IEX server offers none: start it with --relay"),
                reasons());
        assertEquals(reasons().getFirst(), peer.unreachable());
    }

    @Test
    void saysWhatKeepsIexFromRelaying() {
        classes(NatClass.HARD, NatClass.HARD);
        reachability.trying(0);
        reachability.tick(12 * SECOND);
        assertTrue(
                peer.unreachable().endsWith("the IEX server offers none: start it with --relay"), peer.unreachable());
        assertTrue(relay.offered(Endpoint.ofIpv4(0xCB007101, 9_944), 7));
        reachability.mapReceived(13 * SECOND);
        assertTrue(peer.unreachable().endsWith("the peer wants none: start it with --relay auto"), peer.unreachable());
        peer.updateRelayed(true);
        reachability.mapReceived(14 * SECOND);
        assertTrue(peer.unreachable().endsWith("of a common network"), peer.unreachable());
        Reachability plain =
                new Reachability(peer, NodeContexts.of().with(peers).build(), false, () -> portsTaken++, deadlines);
        plain.trying(0);
        plain.tick(12 * SECOND);
        assertTrue(peer.unreachable().contains("--relay auto here and at the peer"), peer.unreachable());
    }

    @Test
    void takesAnotherPortOnceWhereTheNatMayHaveGivenTheFlowAWrongOne() {
        classes(NatClass.EASY, NatClass.EASY);
        reachability.trying(0);
        reachability.tick(3 * SECOND);
        assertEquals(4 * SECOND, deadlines.earliestNanos());
        assertEquals(0, portsTaken);
        for (int second = 4; second < 12; second++) {
            reachability.tick(second * SECOND);
            assertEquals(12 * SECOND, deadlines.earliestNanos());
        }
        assertEquals(1, portsTaken);
    }

    @Test
    void keepsThePortWhereItIsNotToBlame() {
        classes(NatClass.HARD, NatClass.EASY);
        reachability.trying(0);
        reachability.tick(5 * SECOND);
        classes(NatClass.FIREWALL, NatClass.EASY);
        reachability.tick(6 * SECOND);
        classes(NatClass.EASY, NatClass.EASY);
        peer.punched(SECOND);
        reachability.tick(7 * SECOND);
        assertEquals(0, portsTaken);
    }

    @Test
    void keepsThePortThatHadASession() {
        classes(NatClass.EASY, NatClass.EASY);
        reachability.trying(0);
        reachability.lost();
        reachability.tick(5 * SECOND);
        assertEquals(0, portsTaken);
    }

    @Test
    void saysNothingOfAPeerThatConnectsAndAgainOfOneThatIsLost() {
        reachability.trying(0);
        reachability.connected();
        reachability.tick(100 * SECOND);
        assertEquals(List.of(), reasons());
        reachability.trying(100 * SECOND);
        reachability.tick(112 * SECOND);
        assertEquals(1, reasons().size());
        reachability.connected();
        assertNull(peer.unreachable());
        reachability.trying(200 * SECOND);
        reachability.tick(212 * SECOND);
        assertEquals(2, reasons().size());
    }

    @Test
    void saysWhatWasSeenWhereTheNatsAreNoReason() {
        classes(NatClass.EASY, NatClass.FIREWALL);
        reachability.trying(0);
        reachability.mapReceived(10 * SECOND);
        reachability.tick(12 * SECOND);
        assertTells("which lets them meet; nothing comes from it, not even a punch");
        peer.punched(11 * SECOND);
        reachability.mapReceived(15 * SECOND);
        assertTells("which lets them meet; its punches come, but no answer");
        reachability.answered();
        reachability.mapReceived(20 * SECOND);
        assertTells("its answers come, but no handshake comes to its end");
        reachability.failed(HandshakeFailure.WRONG_KEY_LIKELY);
        reachability.failed(HandshakeFailure.TIMEOUT);
        reachability.mapReceived(25 * SECOND);
        assertTells("a handshake with it failed: " + HandshakeFailure.WRONG_KEY_LIKELY.sentence());
        assertEquals(1, reasons().size());
    }

    @Test
    void saysThatIexIsSilentAndThatClassesAreUnknown() {
        reachability.trying(0);
        reachability.tick(12 * SECOND);
        assertTells("before this node is something unknown, before the peer something unknown; IEX is silent");
        classes(NatClass.HARD, NatClass.HARD);
        reachability.mapReceived(13 * SECOND);
        assertTells("no direct path is possible");
    }

    @Test
    void aHandshakeThatFailedSaysMoreThanTheClasses() {
        classes(NatClass.HARD, NatClass.HARD);
        reachability.trying(0);
        reachability.failed(HandshakeFailure.NO_COMMON_SUITE);
        reachability.tick(12 * SECOND);
        assertTells("a handshake with it failed: " + HandshakeFailure.NO_COMMON_SUITE.sentence());
    }

    private void classes(NatClass own, NatClass peersOwn) {
        peers.useOwnNatClass(own);
        peer.updateNatClass(peersOwn);
    }

    private void assertTells(String part) {
        assertTrue(peer.unreachable().contains(part), peer.unreachable());
    }

    private List<String> reasons() {
        return peer.events().list().stream()
                .filter(event -> event.kind() == PeerEvent.Kind.UNREACHABLE)
                .map(PeerEvent::detail)
                .toList();
    }
}
