package badger.connect;

import badger.handshake.HandshakeSettings;
import badger.handshake.Handshakes;
import badger.wire.Ipv4Prefix;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * How a node connects to its peers: the same for all of them, made once.
 *
 * @param ownPrefix the node's own address in the mesh, with its prefix
 * @param handshakes starts them
 * @param handshakeSettings under which key and terms they run
 * @param timings of sessions
 * @param mode whether sessions are opened on demand now
 * @param portChanger gives the node another port, if it can and may; the node then tells its peers
 * @param callSlots as many permits as calls may be under way that nobody has answered yet
 * @param jitter a random number from 0 up to its argument, which it does not reach: so nodes do not call in step
 */
public record ConnectSettings(
        Ipv4Prefix ownPrefix,
        Handshakes handshakes,
        HandshakeSettings handshakeSettings,
        SessionTimings timings,
        ConnectMode mode,
        Runnable portChanger,
        Semaphore callSlots,
        LongUnaryOperator jitter) {
    /**
     * Handshakes that this node may have under way as a client. With more, a node of a large mesh would answer none of
     * them before the other ends lose patience and send everything again.
     */
    private static final int MAX_CALLS = 16;

    /** The settings of a node whose handshakes are DTLS, and whose random numbers are. */
    public static ConnectSettings of(
            Ipv4Prefix ownPrefix,
            HandshakeSettings handshakeSettings,
            SessionTimings timings,
            ConnectMode mode,
            Runnable portChanger) {
        return new ConnectSettings(
                ownPrefix,
                Handshakes.DTLS,
                handshakeSettings,
                timings,
                mode,
                portChanger,
                new Semaphore(MAX_CALLS),
                bound -> ThreadLocalRandom.current().nextLong(bound));
    }
}
