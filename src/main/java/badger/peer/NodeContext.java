package badger.peer;

import badger.counter.Counters;
import badger.time.Clock;
import badger.udp.Relay;
import badger.udp.SharedSender;

/**
 * What everything that looks after one peer asks of its node. Immutable; what it leads to may be used by any thread.
 *
 * @param directory all peers of the node
 * @param mainSender the main socket's sending end, for all that is rare
 * @param relay what may be relayed now, and by which IEX server
 * @param knocks asks peers to punch
 * @param tunMtu the largest packet that the TUN takes, in bytes
 * @param clock read where something begins that no round of the peer's thread has given a time to
 */
public record NodeContext(
        PeerDirectory directory,
        SharedSender mainSender,
        Relay relay,
        KnockSender knocks,
        int tunMtu,
        Counters counters,
        Clock clock) {
    /** Whether the peer may be reached by way of IEX now. */
    public boolean mayRelayTo(Peer peer) {
        return relay.offer() != null && peer.takesRelayed();
    }

    /** The time now, in {@link System#nanoTime} terms. */
    public long nanoTime() {
        return clock.nanoTime();
    }
}
