package badger.connect;

import badger.peer.Peer;
import badger.peer.PeerEvent.Kind;
import badger.session.Session;
import java.util.concurrent.TimeUnit;

/**
 * Lets a peer be dormant while no session with it is wanted: nothing is sent to it and its thread parks until a packet
 * for it, a knock or a call comes. Used by the peer's thread.
 */
final class Dormancy {
    private final Peer peer;
    private final ConnectSettings settings;
    private final Demand demand;
    private final Connector connector;

    Dormancy(Peer peer, ConnectSettings settings, Demand demand, Connector connector) {
        this.peer = peer;
        this.settings = settings;
        this.demand = demand;
        this.connector = connector;
    }

    /** Decides, where there is no session, whether there is to be one. @return whether there is */
    boolean isAwake(long nowNanos) {
        if (isWanted(nowNanos)) {
            if (!connector.isAwake()) {
                wake(nowNanos);
            }
            return true;
        }
        if (!peer.isDormant()) {
            sleep();
        }
        return false;
    }

    /**
     * There is a session.
     *
     * @param isFirst whether there was none before it
     */
    void connected(boolean isFirst, boolean hasPeerCalled, long nowNanos) {
        peer.updateDormant(false);
        if (hasPeerCalled) {
            demand.invited(nowNanos);
        }
        demand.began(isFirst, nowNanos);
    }

    /** There is no session any more. */
    void disconnected(long nowNanos) {
        if (isWanted(nowNanos)) {
            peer.updateDormant(false);
            connector.restart(nowNanos);
            connector.puncher().knockOn(settings.mode().isOnDemand());
        } else {
            sleep();
        }
    }

    /** This node has sent kept packets. */
    void sentKept(long nowNanos) {
        demand.used(nowNanos);
    }

    /**
     * Whether the session is to be closed because it carries no packets; to be asked at least once a second. A plain peer
     * connects at once, as the paper has it, and its server may take a second call for noise (paper row P59), so that its
     * sessions stay open.
     */
    boolean isIdle(Session current, long nowNanos) {
        if (current.takeHasSent()) {
            demand.used(nowNanos);
        }
        if (current.lastPacketNanos() != current.establishedNanos()) {
            demand.used(current.lastPacketNanos());
        }
        boolean isClosing =
                settings.mode().isOnDemand() && current.isBadger() && !peer.hasKept() && demand.isIdle(nowNanos);
        if (isClosing) {
            demand.closedIdle(nowNanos);
            long seconds =
                    TimeUnit.MILLISECONDS.toSeconds(settings.timings().idle().toMillis());
            peer.pathEvents().add(Kind.IDLE, "no packet for " + seconds + " s");
        }
        return isClosing;
    }

    private boolean isWanted(long nowNanos) {
        return !settings.mode().isOnDemand() || demand.isWanted(peer.hasKept(), nowNanos);
    }

    private void wake(long nowNanos) {
        if (peer.isDormant()) {
            peer.updateDormant(false);
            peer.pathEvents().add(Kind.WANTED, peer.hasKept() ? "a packet waits" : "");
        }
        connector.wake(nowNanos);
        // The other end may be dormant too; unless it is the one that wakes this one.
        connector.puncher().knockOn(settings.mode().isOnDemand() && peer.hasKept());
    }

    private void sleep() {
        connector.sleep();
        peer.updateDormant(true);
        peer.pathEvents().add(Kind.DORMANT, "");
    }
}
