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
 * @param handshakeSettings the key and the terms of handshakes
 * @param timings of sessions
 * @param mode whether sessions are opened on demand now
 * @param portChanger gives the node another port, if it can and may; the node then tells its peers
 * @param callSlots one permit for each call that may be under way without an answer
 * @param jitter a random number from 0 to below its argument, which keeps nodes from calling in step
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
     * them before the other ends time out and send everything again.
     */
    private static final int MAX_CALLS = 16;

    /** The settings of a node: DTLS handshakes and a random jitter. */
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
