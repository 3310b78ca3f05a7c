package badger.connect;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket for everything that is sent to a peer that has not answered yet. Without it, a poisoned or outdated
 * map would make every node a source of floods. Used by threads of one peer; the lock is for the handshake's thread.
 */
final class PacketBudget {
    private static final int BURST = 40;
    private static final long NANOS_PER_PACKET = TimeUnit.MILLISECONDS.toNanos(200);

    private int available = BURST;
    private long refilledNanos;

    PacketBudget(long nowNanos) {
        refilledNanos = nowNanos;
    }

    /** Takes one packet from the budget; false if none is left. */
    synchronized boolean take(long nowNanos) {
        long earned = (nowNanos - refilledNanos) / NANOS_PER_PACKET;
        if (earned > 0) {
            available = (int) Math.min(BURST, available + earned);
            refilledNanos += earned * NANOS_PER_PACKET;
        }
        if (available == 0) {
            return false;
        }
        available--;
        return true;
    }
}
