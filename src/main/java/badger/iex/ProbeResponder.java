package badger.iex;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.MessageException;
import badger.message.Probe;
import badger.message.ProbeAnswer;
import badger.udp.Endpoint;
import badger.udp.UdpException;
import badger.udp.UdpNetwork;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Tells nodes how a second port of this server sees them, so that they learn what kind of NAT they are behind (RFC
 * 4787). From the second port goes the endpoint that it saw. From a third port, to which no node ever sends, goes a
 * datagram that arrives only if unknown ports are let in. The third port serves no other purpose, because some NATs
 * make an entry for a datagram from outside before they drop it (Linux without an input filter does) and then have no
 * room for the node's own entry; so no node ever needs one for that port. It answers only nodes of the map, with less
 * than they sent. Runs on one platform thread, {@code iex-probe}, which may block and owns the buffers.
 */
final class ProbeResponder implements Runnable {
    private static final Logger LOGGER = System.getLogger("badger.iex");
    // One byte more than a probe has, so that a longer one is noticed.
    private static final int BUFFER_BYTES = Probe.BYTES + 1;
    /** For all nodes together. Each one gets four (Registration). */
    private static final int ANSWERS_PER_SECOND = 1_000;

    private static final long ERROR_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final UdpSocket socket;
    private final UdpSocket thirdSocket;
    private final Registry registry;
    private final Counters counters;
    private final LongSupplier clock;
    private final RateLimit answers = new RateLimit(ANSWERS_PER_SECOND, ANSWERS_PER_SECOND);
    private final byte[] probeBytes = new byte[BUFFER_BYTES];

    private ProbeResponder(
            UdpSocket socket, UdpSocket thirdSocket, Registry registry, Counters counters, LongSupplier clock) {
        this.socket = socket;
        this.thirdSocket = thirdSocket;
        this.registry = registry;
        this.counters = counters;
        this.clock = clock;
    }

    /** Opens both ports. If that fails, it says why in the log and returns null; the server works without them. */
    static ProbeResponder open(UdpNetwork network, int port, Registry registry, Counters counters, LongSupplier clock) {
        if (port > 0xFFFF) {
            LOGGER.log(Level.WARNING, "nodes cannot ask what kind of NAT they are behind: no UDP port follows 65535");
            return null;
        }
        UdpSocket socket = null;
        try {
            socket = network.bind(port);
            return new ProbeResponder(socket, network.bind(0), registry, counters, clock);
        } catch (UdpException refused) {
            if (socket != null) {
                socket.close();
            }
            LOGGER.log(
                    Level.WARNING,
                    "nodes cannot ask what kind of NAT they are behind: " + refused.getMessage()
                            + "; choose another --probe-port, or 0 for none");
            return null;
        }
    }

    int port() {
        return socket.localPort();
    }

    /** Ends {@link #run}. Any thread; safe to call twice. */
    void close() {
        socket.close();
        thirdSocket.close();
    }

    @Override
    public void run() {
        try (Arena loopArena = Arena.ofConfined()) {
            UdpReceiver receiver = socket.receiver(loopArena);
            UdpSender sender = socket.sender(loopArena);
            UdpSender thirdSender = thirdSocket.sender(loopArena);
            MemorySegment buffer = loopArena.allocate(BUFFER_BYTES);
            while (receiver.awaitReadable()) {
                int length = receiver.receive(buffer, 0, BUFFER_BYTES);
                while (length >= 0) {
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, probeBytes, 0, length);
                    answer(length, receiver.source(), sender, thirdSender, buffer);
                    length = receiver.receive(buffer, 0, BUFFER_BYTES);
                }
                if (length != UdpReceiver.NOTHING_WAITING) {
                    // An error that stays must not make this loop spin.
                    LockSupport.parkNanos(ERROR_PAUSE_NANOS);
                }
            }
        }
    }

    private void answer(int length, Endpoint source, UdpSender sender, UdpSender thirdSender, MemorySegment buffer) {
        Probe probe;
        try {
            probe = Probe.parse(probeBytes, length);
        } catch (MessageException malformed) {
            counters.count(DropReason.PROBE_REFUSED);
            return;
        }
        long now = clock.getAsLong();
        Endpoint main = source.port() == 0 ? null : registry.mainEndpointOf(probe, now);
        if (main == null || !answers.tryTake(now)) {
            counters.count(DropReason.PROBE_REFUSED);
            return;
        }
        send(new ProbeAnswer(probe.nonce(), source, main), source, sender, buffer);
        send(new ProbeAnswer(probe.nonce()), source, thirdSender, buffer);
    }

    private static void send(ProbeAnswer answer, Endpoint to, UdpSender sender, MemorySegment buffer) {
        byte[] bytes = answer.toJson();
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        // If an answer is lost, the node asks again.
        int _ = sender.send(buffer, 0, bytes.length, to);
    }
}
