package badger.connect;

import badger.handshake.HandshakeSettings;
import badger.wire.Ipv4Prefix;
import java.util.concurrent.Semaphore;

/**
 * How a node connects to its peers: the same for all of them, made once.
 *
 * @param ownPrefix the node's own address in the mesh, with its prefix
 * @param handshakes under which key and terms handshakes run
 * @param timings of sessions
 * @param mode whether sessions are opened on demand now
 * @param portChanger gives the node another port, if it can and may; the node then tells its peers
 * @param callSlots as many permits as calls may be under way that nobody has answered yet
 */
public record ConnectSettings(
        Ipv4Prefix ownPrefix,
        HandshakeSettings handshakes,
        SessionTimings timings,
        ConnectMode mode,
        Runnable portChanger,
        Semaphore callSlots) {
    /**
     * Handshakes that this node may have under way as a client. With more, a node of a large mesh would answer none of
     * them before the other ends lose patience and send everything again.
     */
    private static final int MAX_CALLS = 16;

    public ConnectSettings(
            Ipv4Prefix ownPrefix,
            HandshakeSettings handshakes,
            SessionTimings timings,
            ConnectMode mode,
            Runnable portChanger) {
        this(ownPrefix, handshakes, timings, mode, portChanger, new Semaphore(MAX_CALLS));
    }
}
