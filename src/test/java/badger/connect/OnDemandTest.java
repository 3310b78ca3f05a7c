package badger.connect;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whether a session is wanted, and whether an idle one may be closed. The clock is the test's. */
final class OnDemandTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE = 300 * SECOND;

    private final OnDemand demand =
            new OnDemand(new ConnectMode(ConnectPolicy.of(ConnectPolicy.When.ON_DEMAND)), Duration.ofMinutes(5));

    @Test
    void noSessionIsWantedUntilAPacketWaits() {
        assertFalse(demand.isWanted(false, 0));
        assertTrue(demand.isWanted(true, SECOND));
        assertFalse(demand.isWanted(false, 2 * SECOND));
    }

    @Test
    void aKnockOrCallCountsForThirtySecondsAndTheNextForThirtyMore() {
        demand.invited(5 * SECOND);
        assertTrue(demand.isWanted(false, 34 * SECOND));
        assertFalse(demand.isWanted(false, 35 * SECOND));
        demand.invited(40 * SECOND);
        assertTrue(demand.isWanted(false, 69 * SECOND));
        assertFalse(demand.isWanted(false, 70 * SECOND));
    }

    @Test
    void anInvitationIsMetByASession() {
        demand.invited(0);
        demand.began(true, SECOND);
        assertFalse(demand.isWanted(false, 2 * SECOND));
    }

    @Test
    void aSessionIsIdleSoLongAfterItsLastPacketAndNewKeysAreNone() {
        demand.began(true, 0);
        assertFalse(demand.isUnused(IDLE - 1));
        assertTrue(demand.isUnused(IDLE));
        demand.used(100 * SECOND);
        demand.used(50 * SECOND);
        demand.began(false, 200 * SECOND);
        assertFalse(demand.isUnused(100 * SECOND + IDLE - 1));
        assertTrue(demand.isUnused(100 * SECOND + IDLE));
    }

    @Test
    void aPeerThatIsBackForNoPacketsSakeKeepsItsSession() {
        demand.began(true, 0);
        demand.closedIdle(IDLE);
        demand.invited(IDLE + 60 * SECOND);
        demand.began(true, IDLE + 61 * SECOND);
        assertFalse(demand.isUnused(3 * IDLE));
        demand.used(3 * IDLE);
        assertFalse(demand.isUnused(10 * IDLE), "once learned, for good");
    }

    @Test
    void aPeerThatIsBackLaterOrWithAPacketIsOnDemandToo() {
        demand.closedIdle(0);
        demand.invited(61 * SECOND);
        demand.began(true, 61 * SECOND);
        assertTrue(demand.isUnused(61 * SECOND + IDLE));
        demand.closedIdle(0);
        demand.invited(SECOND);
        demand.began(true, SECOND);
        demand.used(2 * SECOND);
        assertTrue(demand.isUnused(2 * SECOND + IDLE));
    }

    @Test
    void aPeerThatIsBackBecauseThisNodeHasKnockedIsOnDemandToo() {
        demand.closedIdle(0);
        assertTrue(demand.isWanted(true, SECOND));
        demand.invited(SECOND);
        demand.began(true, 2 * SECOND);
        assertTrue(demand.isUnused(2 * SECOND + IDLE));
    }

    @Test
    void manyPeersMakeItOnDemandUntilTheyAreFewAgain() {
        ConnectMode connecting = new ConnectMode(ConnectPolicy.DEFAULT);
        connecting.update(256);
        assertFalse(connecting.isOnDemand());
        connecting.update(257);
        assertTrue(connecting.isOnDemand());
        connecting.update(200);
        assertTrue(connecting.isOnDemand());
        connecting.update(199);
        assertFalse(connecting.isOnDemand());
        connecting.update(256);
        assertFalse(connecting.isOnDemand());
        assertFalse(modeOf(ConnectPolicy.When.EAGER, 1_000).isOnDemand());
        assertTrue(modeOf(ConnectPolicy.When.ON_DEMAND, 1).isOnDemand());
    }

    private static ConnectMode modeOf(ConnectPolicy.When when, int peers) {
        ConnectMode mode = new ConnectMode(ConnectPolicy.of(when));
        mode.update(peers);
        return mode;
    }
}
