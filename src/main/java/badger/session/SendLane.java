package badger.session;

import badger.counter.Tally;
import badger.counter.Traffic;
import badger.offload.Segments;
import badger.record.RecordProtection;
import badger.record.RecordSealer;
import badger.udp.Endpoint;
import badger.udp.SharedSender;
import badger.udp.UdpSender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one thread needs to send on a session while others do: a sealer, a sender and a lock. The lane is shared with
 * the peer's thread only where that thread has no lane of its own, and while it changes the path.
 */
final class SendLane {
    /** About 100 µs. */
    private static final int LOOKS = 2_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final RecordProtection protection;
    private final int number;
    private final int overheadBytes;
    /** Written under the lock. */
    private final Tally tally;
    // All of these are guarded by the lock.
    private PeerPath path;
    private OwnedSender sender;
    private boolean isClosed;
    private volatile boolean isUsedUp;
    private long earlierSends;
    private long earlierRefusals;
    private long earlierFallbacks;

    SendLane(RecordProtection protection, int number, PeerPath path, Tally tally) {
        this.protection = protection;
        this.number = number;
        this.overheadBytes = protection.overheadBytes();
        this.path = path;
        this.sender = new OwnedSender(path);
        this.tally = tally;
    }

    Tally tally() {
        return tally;
    }

    /** Spins for a while before it blocks: whoever is in the lane is soon done, and blocking on the lock allocates. */
    private void enter() {
        for (int i = 0; i < LOOKS; i++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    /** As {@link Session#transmit(MemorySegment, long, int)}. */
    SendResult transmit(MemorySegment buffer, long packetAt, int length) {
        return transmitTo(null, null, buffer, packetAt, length);
    }

    /** As {@link Session#transmitTo}; to where the session sends if {@code to} is null. */
    SendResult transmitTo(Endpoint to, SharedSender mainSender, MemorySegment buffer, long packetAt, int length) {
        enter();
        try {
            RecordSealer sealer = protection.sealer(number);
            long sequence = isClosed ? RecordSealer.NONE_LEFT : sealer.reserve(1);
            if (sequence == RecordSealer.NONE_LEFT) {
                return noNumber();
            }
            long recordAt = packetAt - protection.sealedHeaderBytes();
            int recordLength = sealer.sealInPlace(sequence, buffer, recordAt, length);
            int sent = to == null
                    ? path.send(sender.udp, buffer, recordAt, recordLength)
                    : mainSender.send(buffer, recordAt, recordLength, to);
            count(1, recordLength, sent, recordLength);
            return sent == recordLength ? SendResult.SENT : SendResult.FAILED;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link Session#transmit(int, Segments, int, MemorySegment, MemorySegment)}. */
    SendResult transmit(Segments packets, int count, MemorySegment source, MemorySegment target) {
        enter();
        try {
            RecordSealer sealer = protection.sealer(number);
            long sequence = isClosed ? RecordSealer.NONE_LEFT : sealer.reserve(count);
            if (sequence == RecordSealer.NONE_LEFT) {
                return noNumber();
            }
            return transmitAll(sealer, sequence, packets, count, source, target);
        } finally {
            lock.unlock();
        }
    }

    private SendResult transmitAll(
            RecordSealer sealer,
            long firstSequence,
            Segments packets,
            int count,
            MemorySegment source,
            MemorySegment target) {
        int recordBytes = overheadBytes + packets.segmentBytes();
        boolean isSent = true;
        int length = 0;
        int records = 0;
        for (int i = 0; i < count; i++) {
            packets.next();
            records++;
            length += sealer.seal(
                    firstSequence + i, source, packets.segmentAt(), packets.segmentLength(), target, length);
            if (i == count - 1 || length + recordBytes > target.byteSize()) {
                int sent = path.sendSegments(sender.udp, target, 0, length, recordBytes);
                count(records, length, sent, recordBytes);
                isSent &= sent == length;
                length = 0;
                records = 0;
            }
        }
        return isSent ? SendResult.SENT : SendResult.FAILED;
    }

    /** Makes the lane send on another path. */
    void moveTo(PeerPath next) {
        lock.lock();
        try {
            earlierSends += sender.udp.sends();
            earlierRefusals += sender.udp.refusals();
            earlierFallbacks += sender.udp.segmentationFallbacks();
            OwnedSender nextSender = new OwnedSender(next);
            path = next;
            sender.close();
            sender = nextSender;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the lane is empty, and lets nobody send on it again. */
    void close() {
        lock.lock();
        try {
            isClosed = true;
            sender.close();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a packet could not be sent because the key has sealed all the records that it may. Any thread. */
    boolean isUsedUp() {
        return isUsedUp;
    }

    private SendResult noNumber() {
        isUsedUp |= !isClosed;
        return SendResult.NOT_READY;
    }

    /**
     * Counts a send of {@code records} records of {@code length} bytes together; {@code sent} is the result of the
     * send. The sender counts the system calls: those of the main socket count there.
     */
    private void count(int records, int length, int sent, int recordBytes) {
        tally.add(Traffic.RECORDS_SEALED, records);
        tally.add(Traffic.SEALED_BYTES, length - records * overheadBytes);
        if (sent > 0) {
            tally.add(Traffic.DATAGRAMS_SENT, (sent + recordBytes - 1) / recordBytes);
            tally.add(Traffic.BYTES_SENT, sent);
        }
        tally.set(Traffic.SENDS, earlierSends + sender.udp.sends());
        tally.set(Traffic.SENDS_REFUSED, earlierRefusals + sender.udp.refusals());
        tally.set(Traffic.SEGMENTATION_FALLBACKS, earlierFallbacks + sender.udp.segmentationFallbacks());
    }

    /**
     * A sender and its memory. A path outlives many sessions, and a session that has ended must leave nothing in it.
     */
    private static final class OwnedSender {
        private final Arena arena = Arena.ofShared();
        private final UdpSender udp;

        OwnedSender(PeerPath path) {
            udp = path.newSender(arena);
        }

        void close() {
            arena.close();
        }
    }
}
