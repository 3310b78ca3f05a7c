package badger.datapath;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.linux.VirtioNetHeader;
import badger.offload.Fragmenter;
import badger.offload.MssClamp;
import badger.offload.Segmenter;
import badger.offload.Segments;
import badger.session.PeerPath;
import badger.session.SendResult;
import badger.session.Session;
import badger.tun.Tun;
import badger.tun.TunWriter;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.PacketTooBig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Handles packets that are longer than the path to their peer carries. TCP is cut into smaller segments, so that a
 * stream continues at once. IPv4 without DF is cut into fragments, and so is IPv6 up to 1,280 bytes, below which no
 * sender needs to know better. The rest is dropped. ICMP tells the sender to send less, but only when the size of the
 * path is settled: the kernel keeps what it is told for ten minutes. One for each outbound loop, used by its thread,
 * whose arena holds the memory.
 */
final class LargePackets {
    /** IPv6's least MTU (RFC 8200, section 5). A kernel ignores a smaller one. */
    private static final int LEAST_IPV6_MTU = 1_280;

    /** ICMP answers in one second; RFC 4443, section 2.4, asks for a limit. */
    private static final int MOST_ANSWERS = 100;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Tun tun;
    private final int queue;
    private final Counters counters;
    private Tally tally;
    private MemorySegment records;
    private MemorySegment answer;
    private Fragmenter fragmenter;
    private TunWriter writer;
    private long secondNanos;
    private int answers;

    LargePackets(Tun tun, int queue, Counters counters) {
        this.tun = tun;
        this.queue = queue;
        this.counters = counters;
    }

    /**
     * Makes what {@link #send} needs.
     *
     * @param loopTally of the loop's thread
     * @param loopRecords room for the records of one send
     */
    void prepare(Arena loopArena, Tally loopTally, MemorySegment loopRecords) {
        tally = loopTally;
        records = loopRecords;
        writer = tun.writer(loopArena, queue);
        fragmenter = new Fragmenter(loopArena, ThreadLocalRandom.current().nextInt());
        answer = loopArena.allocate(VirtioNetHeader.BYTES + PacketTooBig.MOST_BYTES, Long.BYTES);
        secondNanos = System.nanoTime();
        answers = 0;
    }

    /**
     * Sends as much as possible of the packet or super-packet at {@code packetAt}, which has its {@link
     * VirtioNetHeader} before it.
     *
     * @param segmenter that has begun the packet, and whose segments are too large
     */
    void send(Session session, Segmenter segmenter, MemorySegment buffer, long packetAt, int length) {
        PeerPath path = session.path();
        int largest = path.largestPacket();
        int segmentBytes = segmenter.segmentBytes();
        if (path.isMtuSettled()) {
            tellSender(buffer, packetAt, length, segmentBytes, largest);
        }
        long headerAt = packetAt - VirtioNetHeader.BYTES;
        int count =
                segmenter.beginSmaller(buffer, packetAt, length, headerAt, session.leavesChecksumsPartial(), largest);
        if (count > 0) {
            transmit(session, segmenter, count, buffer);
        } else if (mayBeFragmented(buffer, packetAt, segmentBytes)) {
            sendFragments(session, segmenter, buffer, packetAt, length, largest);
        } else {
            counters.count(DropReason.OUTBOUND_TOO_LARGE);
        }
    }

    /**
     * Limits a TCP connection that a packet opens to what the path carries. The packet's checksum has been begun or
     * finished.
     */
    static void clampMss(Session session, MemorySegment buffer, long packetAt, int length) {
        int flags = VirtioNetHeader.flags(buffer, packetAt - VirtioNetHeader.BYTES);
        boolean isPartial = (flags & VirtioNetHeader.NEEDS_CSUM) != 0;
        MssClamp.apply(buffer, packetAt, length, session.path().largestTcpPacket(), isPartial);
    }

    private void sendFragments(
            Session session, Segmenter segmenter, MemorySegment buffer, long packetAt, int length, int largest) {
        // The peer cannot finish the checksum of a fragment.
        int segments = segmenter.begin(buffer, packetAt, length, packetAt - VirtioNetHeader.BYTES, false);
        for (int i = 0; i < segments; i++) {
            segmenter.next();
            int count = fragmenter.begin(buffer, segmenter.segmentAt(), segmenter.segmentLength(), largest);
            if (count > 0) {
                transmit(session, fragmenter, count, buffer);
            } else {
                counters.count(DropReason.OUTBOUND_TOO_LARGE);
            }
        }
    }

    private void transmit(Session session, Segments packets, int count, MemorySegment buffer) {
        // A session that has just ended loses the packet; its sender repeats it, as after any loss.
        if (session.transmit(queue, packets, count, buffer, records) != SendResult.SENT) {
            counters.count(DropReason.OUTBOUND_SEND_FAILED);
        }
    }

    private static boolean mayBeFragmented(MemorySegment buffer, long packetAt, int segmentBytes) {
        return Ipv4.version(buffer, packetAt) == Ipv4.VERSION
                ? !Ipv4.isDontFragment(buffer, packetAt)
                : segmentBytes <= LEAST_IPV6_MTU;
    }

    private void tellSender(MemorySegment buffer, long packetAt, int length, int segmentBytes, int largest) {
        boolean isIpv6 = Ipv4.version(buffer, packetAt) == Ipv6.VERSION;
        if (mayBeFragmented(buffer, packetAt, segmentBytes) || !mayAnswer()) {
            return;
        }
        int mtu = isIpv6 ? Math.max(largest, LEAST_IPV6_MTU) : largest;
        VirtioNetHeader.putPlain(answer, 0);
        int answerBytes = PacketTooBig.write(answer, VirtioNetHeader.BYTES, buffer, packetAt, length, mtu);
        if (answerBytes > 0 && writer.write(answer, 0, answerBytes) > 0) {
            tally.add(Traffic.TOO_BIG_ANSWERS, 1);
        }
    }

    private boolean mayAnswer() {
        long now = System.nanoTime();
        if (now - secondNanos > SECOND_NANOS) {
            secondNanos = now;
            answers = 0;
        }
        return answers++ < MOST_ANSWERS;
    }
}
