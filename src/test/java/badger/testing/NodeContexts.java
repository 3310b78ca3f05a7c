package badger.testing;

import badger.counter.Counters;
import badger.peer.KnockSender;
import badger.peer.NodeContext;
import badger.peer.PeerDirectory;
import badger.time.Clock;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;

/** A {@code NodeContext} without a node, for what looks after one peer. Tests may read each part and replace most. */
public final class NodeContexts {
    public static final int TUN_MTU = 1_400;

    private PeerDirectory directory = new PeerDirectory();
    private Relay relay = Relay.never();
    private KnockSender knocks = virtualAddress -> {};
    private Counters counters = new Counters();
    private Clock clock = Clock.SYSTEM;
    private SharedSender mainSender;

    private NodeContexts() {}

    public static NodeContexts of() {
        return new NodeContexts();
    }

    public NodeContexts with(PeerDirectory newDirectory) {
        directory = newDirectory;
        return this;
    }

    public NodeContexts with(Relay newRelay) {
        relay = newRelay;
        return this;
    }

    public NodeContexts with(KnockSender newKnocks) {
        knocks = newKnocks;
        return this;
    }

    public NodeContexts with(Counters newCounters) {
        counters = newCounters;
        return this;
    }

    public NodeContexts with(Clock newClock) {
        clock = newClock;
        return this;
    }

    public NodeContexts with(SharedSender newMainSender) {
        mainSender = newMainSender;
        return this;
    }

    /** By way of which everything goes that the main socket sends. */
    public NodeContexts sendingBy(UdpSocket mainSocket) {
        return with(new SharedSender(() -> mainSocket, Arena.ofAuto()));
    }

    public NodeContext build() {
        return new NodeContext(directory, mainSender, relay, knocks, TUN_MTU, counters, clock);
    }
}
