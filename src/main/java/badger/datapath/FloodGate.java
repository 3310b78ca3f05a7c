package badger.datapath;

import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps a flood from starving its neighbours. The kernel's queue before a loop (the ring of a TUN or the buffer of a
 * socket) drops whatever comes once it is full, no matter who has filled it. So the loop drops packets itself, at the
 * price of reading them, once it has not seen its queue empty for some milliseconds and many packets (a standing queue
 * is no burst: RFC 8289, section 3). It drops from flows that bring more than half of an equal share, all but a
 * sixteenth of that share, until the queue is empty. That is soon, as reading costs little compared with sealing, so a
 * flood without neighbours loses little by it.
 *
 * <p>TCP is never dropped here: its window limits it, and its standing queue is its own. One for each loop, used by its
 * thread; allocates nothing after its construction.
 */
final class FloodGate {
    /**
     * Bursts shorter than this pass unchanged. A busy machine may keep a loop from its processor for half of this time.
     */
    private static final long STANDING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Queues of fewer packets pass too, however long the loop was kept from them; a ring holds many more. */
    private static final int STANDING_PACKETS = 256;

    /** Flows are told apart only behind this many packets: most queues are shorter. */
    static final int UNCOUNTED_PACKETS = 64;

    /** Interval after which shares are counted anew: a queue can stand for minutes, while flows come and go. */
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Places for flows, found by hash; two flows in one place share its share. */
    private static final int FLOWS = 1_024;

    private final long[] offeredBytes = new long[FLOWS];
    private final long[] passedBytes = new long[FLOWS];
    private final int[] periods = new int[FLOWS];
    private final LongSupplier clock;
    private int period = 1;
    private long periodSinceNanos;
    private long packets;
    private int flows;
    private long allBytes;
    private long queueingSinceNanos;

    /** @param clock as {@link System#nanoTime}; read once for a short queue, and for each packet of a long one */
    FloodGate(LongSupplier clock) {
        this.clock = clock;
    }

    /** The queue was empty: everything that waited has been taken. */
    void caughtUp() {
        packets = 0;
    }

    /** Whether a whole IP packet may go on; a super-packet counts as one packet. */
    boolean admits(MemorySegment buffer, long at, int length) {
        packets++;
        if (packets > UNCOUNTED_PACKETS) {
            return admitsCounted(buffer, at, length, clock.getAsLong());
        }
        if (packets == 1) {
            queueingSinceNanos = clock.getAsLong();
        }
        return true;
    }

    private boolean admitsCounted(MemorySegment buffer, long at, int length, long nowNanos) {
        if (packets == UNCOUNTED_PACKETS + 1 || nowNanos - periodSinceNanos > PERIOD_NANOS) {
            beginPeriod(nowNanos);
        }
        int flow = flow(buffer, at, length);
        if (periods[flow] != period) {
            periods[flow] = period;
            offeredBytes[flow] = 0;
            passedBytes[flow] = 0;
            flows++;
        }
        boolean isStanding = packets > STANDING_PACKETS && nowNanos - queueingSinceNanos > STANDING_NANOS;
        offeredBytes[flow] += length;
        allBytes += length;
        boolean isHeavy = 2 * offeredBytes[flow] * flows > allBytes && 16 * passedBytes[flow] * flows > allBytes;
        if (isStanding && isHeavy && FlowHash.protocol(buffer, at) != Tcp.PROTOCOL) {
            return false;
        }
        passedBytes[flow] += length;
        return true;
    }

    private void beginPeriod(long nowNanos) {
        periodSinceNanos = nowNanos;
        period++;
        flows = 0;
        allBytes = 0;
    }

    /** The flow by addresses, and also by ports where every packet of the flow has them. */
    private static int flow(MemorySegment buffer, long at, int length) {
        int hash = FlowHash.ports(buffer, at, length) * FlowHash.GOLDEN + FlowHash.protocol(buffer, at);
        if (Ipv4.version(buffer, at) == Ipv4.VERSION) {
            hash = hash * FlowHash.GOLDEN + Ipv4.source(buffer, at);
            hash = hash * FlowHash.GOLDEN + Ipv4.destination(buffer, at);
        } else {
            hash = hash * FlowHash.GOLDEN + Long.hashCode(Ipv6.sourceHigh(buffer, at) ^ Ipv6.sourceLow(buffer, at));
            hash = hash * FlowHash.GOLDEN
                    + Long.hashCode(Ipv6.destinationHigh(buffer, at) ^ Ipv6.destinationLow(buffer, at));
        }
        return ((hash * FlowHash.GOLDEN) >>> 16) % FLOWS;
    }
}
