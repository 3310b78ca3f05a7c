package badger.peer;

import badger.counter.Counters;
import badger.time.Clock;
import badger.udp.Relay;
import badger.udp.SharedSender;

/**
 * What the classes that look after one peer need of its node. Immutable; any thread may use what it holds.
 *
 * @param directory all peers of the node
 * @param mainSender the main socket's sending end, for everything that is rare
 * @param relay what may be relayed now, and by which IEX server
 * @param knocks asks peers to punch
 * @param tunMtu the largest packet that the TUN takes, in bytes
 * @param clock read where something begins outside the rounds of the peer's thread, which give a time
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
