package badger.iex;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.wire.RelayFrame;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Forwards datagrams of DTLS records between two registered nodes that cannot reach each other, if the server's user
 * wants that. It has no key and changes no record. For a frame it sends at most one, of the same size, to a node that
 * has proven to be at its endpoint, so that nobody can use it to amplify or reflect. It forwards nothing of unknown
 * nodes, or of those without the right token.
 *
 * <p>Used by the receiving thread, which owns the frame's memory. It allocates nothing for a frame. Any thread may read
 * the counts.
 */
final class RecordRelay {
    /** One node may use this part of the whole rate, so that two nodes that talk leave room for others. */
    static final int SHARE_OF_A_NODE = 4;

    /** The bytes of a quarter of a second may pass at once. */
    private static final int BURSTS_PER_SECOND = 4;

    private static final long REPORT_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Registry registry;
    private final Counters counters;
    private final EventLog log;
    private final boolean isOn;
    private final RateLimit allBytes;
    private RelayTable table = new RelayTable(List.of());
    private int tableVersion;
    private long reportedBytes;
    private long reportedNanos;
    // Written by the receiving thread only.
    private volatile long datagrams;
    private volatile long bytes;

    /** @param bytesPerSecond for all nodes together; 0 for no relay */
    RecordRelay(Registry registry, Counters counters, EventLog log, long bytesPerSecond, long nowNanos) {
        this.registry = registry;
        this.counters = counters;
        this.log = log;
        this.isOn = bytesPerSecond > 0;
        this.allBytes = isOn ? limit(bytesPerSecond) : null;
        this.reportedNanos = nowNanos;
    }

    /** The limit of one node, if that of all nodes together is {@code bytesPerSecond}. */
    static RateLimit limitOfANode(long bytesPerSecond) {
        return limit(Math.max(1, bytesPerSecond / SHARE_OF_A_NODE));
    }

    private static RateLimit limit(long bytesPerSecond) {
        return new RateLimit(bytesPerSecond, bytesPerSecond / BURSTS_PER_SECOND);
    }

    boolean isOn() {
        return isOn;
    }

    /** The number of datagrams forwarded so far. */
    long datagrams() {
        return datagrams;
    }

    /** The bytes of those datagrams, without the frames' headers. */
    long bytes() {
        return bytes;
    }

    /**
     * Forwards a frame, or counts why not.
     *
     * @param frame {@code [0, length)}, for which {@link RelayFrame#isOne} is true; overwritten
     * @param source the receiver that took the frame
     */
    void forward(MemorySegment frame, int length, UdpReceiver source, UdpSender sender, long nowNanos) {
        DropReason why = tryForward(frame, length, source, sender, nowNanos);
        if (why != null) {
            counters.count(why);
        }
    }

    /** @return why it was not forwarded; null if it was */
    private DropReason tryForward(
            MemorySegment frame, int length, UdpReceiver source, UdpSender sender, long nowNanos) {
        if (!isOn) {
            return DropReason.RELAY_OFF;
        }
        if (!RelayFrame.carriesRecords(frame, 0, length)) {
            return DropReason.RELAY_MALFORMED;
        }
        RelayTable nodes = table();
        RelayNode from = nodes.at(source.sourceHigh(), source.sourceLow(), source.sourcePort());
        if (from == null) {
            return DropReason.RELAY_UNKNOWN_SOURCE;
        }
        if (!RelayFrame.isToken(RelayFrame.token(frame, 0), from.token())) {
            return DropReason.RELAY_BAD_TOKEN;
        }
        RelayNode to = nodes.of(RelayFrame.virtualAddress(frame, 0));
        if (to == null || to.virtualIp() == from.virtualIp()) {
            return DropReason.RELAY_NO_TARGET;
        }
        // A frame that exceeds the whole rate must not use up the node's share.
        if (!from.bytes().has(length, nowNanos) || !allBytes.tryTake(length, nowNanos)) {
            return DropReason.RELAY_RATE;
        }
        boolean _ = from.bytes().tryTake(length, nowNanos);
        RelayFrame.write(frame, 0, from.virtualIp(), to.token());
        if (sender.send(frame, 0, length, to.endpoint()) != length) {
            return DropReason.RELAY_SEND_FAILED;
        }
        count(length - RelayFrame.HEADER_BYTES, nowNanos);
        return null;
    }

    // The receiving thread is the only writer.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void count(int payload, long nowNanos) {
        datagrams += 1;
        bytes += payload;
        if (nowNanos - reportedNanos > REPORT_EVERY_NANOS) {
            reportedNanos = nowNanos;
            log.relayed(bytes - reportedBytes, datagrams, bytes, nowNanos);
            reportedBytes = bytes;
        }
    }

    /** The nodes that want relayed datagrams now. The table is made anew when one of them has changed. */
    private RelayTable table() {
        int version = registry.relayVersion();
        if (version != tableVersion) {
            table = new RelayTable(registry.relayNodes());
            tableVersion = version;
        }
        return table;
    }
}
