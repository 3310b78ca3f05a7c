package badger.peer;

import badger.counter.Tallies;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.dtls.Association;
import badger.dtls.RecordProtection;
import badger.dtls.RecordSealer;
import badger.offload.Segments;
import badger.udp.UdpSender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An established DTLS association and the path it runs over. Each {@code OutboundLoop} sends on a {@link Lane} of its own,
 * under its lock; the peer's thread sends on the first, and it alone receives and closes.
 */
public final class Session {
    /** Space before a packet that {@link #transmit} turns into the record's header. */
    public static final int HEADROOM_BYTES = RecordProtection.HEADER_BYTES;

    /** Space behind it, for the tag. */
    public static final int TAILROOM_BYTES = RecordProtection.TRAILER_BYTES;

    /** What became of a packet. */
    public enum Result {
        SENT,
        /** The session may not send yet, or no longer: keep the packet for the next one. */
        NOT_READY,
        /** The kernel refused the datagram; it is lost. */
        FAILED
    }

    private final Association association;
    private final RecordProtection protection;
    private final PeerPath path;
    private final Arena arena = Arena.ofShared();
    private final Lane[] lanes;
    private final boolean leavesChecksumsPartial;
    private final Tallies traffic;
    private final long establishedNanos;
    private volatile boolean mayTransmit;
    private volatile long lastHeardNanos;
    private volatile boolean hasHeardData;
    private volatile boolean isUsedUp;

    /** @param traffic of the peer, where the session counts what it sends until it closes */
    public Session(Association association, PeerPath path, long nowNanos, Tallies traffic) {
        this.association = association;
        this.protection = association.protection();
        this.path = path;
        this.traffic = traffic;
        // Records of several lanes overtake each other, by whole super-packets. Badger's replay window bears that; the
        // window of another stack may be 64 records.
        this.lanes = new Lane[association.isBadger() ? protection.sealerCount() : 1];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane(i, path.newSender(arena), traffic.open());
        }
        this.leavesChecksumsPartial = association.leavesChecksumsPartial();
        this.establishedNanos = nowNanos;
        this.lastHeardNanos = nowNanos;
        // The side that sent the last flight does not know yet that it arrived, and a peer that still waits for it
        // would discard data (bctls) or choke on it (pion): it holds back until the first record from there.
        this.mayTransmit = association.role() == Association.Role.CLIENT;
        path.retain();
    }

    public Association association() {
        return association;
    }

    public PeerPath path() {
        return path;
    }

    public long establishedNanos() {
        return establishedNanos;
    }

    public boolean mayTransmit() {
        return mayTransmit;
    }

    /** Ends the holding back of a server. */
    public void allowTransmit() {
        mayTransmit = true;
    }

    /** When the last authenticated record came; the establishment counts as one. */
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** Whether application data has come: the peer then certainly has our last flight. */
    public boolean hasHeardData() {
        return hasHeardData;
    }

    /** Whether the key has sealed as many records as it may, so that only a new handshake helps. */
    public boolean isUsedUp() {
        return isUsedUp;
    }

    /** Whether it is time for a new handshake, so that the new key is there before this one is used up. */
    public boolean isNearlyUsedUp() {
        return protection.isNearlyUsedUp();
    }

    /** How many records were sealed, those of the handshake's end included. */
    public long recordsSealed() {
        return protection.recordsSealed();
    }

    public void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
        if (!hasHeardData) {
            hasHeardData = true;
            mayTransmit = true;
        }
    }

    /**
     * Seals the packet at {@code [packetAt, packetAt + length)} in place and sends it as one record. The buffer is
     * native, with {@link #HEADROOM_BYTES} before the packet and {@link #TAILROOM_BYTES} behind it, all overwritten. For what
     * the peer's thread sends itself, which is rare.
     */
    public Result transmit(MemorySegment buffer, long packetAt, int length) {
        if (!mayTransmit) {
            return Result.NOT_READY;
        }
        Lane lane = lanes[0];
        lane.lock.lock();
        try {
            if (lane.isClosed) {
                return Result.NOT_READY;
            }
            RecordSealer sealer = protection.sealer(lane.number);
            long sequence = sealer.reserve(1);
            if (sequence == RecordSealer.NONE_LEFT) {
                isUsedUp = true;
                return Result.NOT_READY;
            }
            long recordAt = packetAt - HEADROOM_BYTES;
            int recordLength = sealer.seal(sequence, buffer, packetAt, length, buffer, recordAt);
            int sent = path.send(lane.sender, buffer, recordAt, recordLength);
            lane.count(1, recordLength, sent, recordLength);
            return sent == recordLength ? Result.SENT : Result.FAILED;
        } finally {
            lane.lock.unlock();
        }
    }

    /**
     * Seals every packet into {@code target}, one record behind the other, and sends them all at once.
     *
     * @param queue of the TUN that the packets came from; threads of different queues do not wait for each other
     * @param count how many {@code packets} there are, of which none is used up yet
     * @param source where the packets lie
     * @param target native, large enough for all records; overwritten
     * @return {@link Result#NOT_READY} if no packet was used up
     */
    public Result transmit(int queue, Segments packets, int count, MemorySegment source, MemorySegment target) {
        if (!mayTransmit) {
            return Result.NOT_READY;
        }
        Lane lane = lanes[queue % lanes.length];
        lane.lock.lock();
        try {
            if (lane.isClosed) {
                return Result.NOT_READY;
            }
            long sequence = protection.sealer(lane.number).reserve(count);
            if (sequence == RecordSealer.NONE_LEFT) {
                isUsedUp = true;
                return Result.NOT_READY;
            }
            return transmitAll(lane, sequence, packets, count, source, target);
        } finally {
            lane.lock.unlock();
        }
    }

    private Result transmitAll(
            Lane lane, long firstSequence, Segments packets, int count, MemorySegment source, MemorySegment target) {
        RecordSealer sealer = protection.sealer(lane.number);
        int recordBytes = RecordProtection.OVERHEAD_BYTES + packets.segmentBytes();
        boolean isSent = true;
        int length = 0;
        int records = 0;
        for (int i = 0; i < count; i++) {
            packets.next();
            records++;
            length += sealer.seal(
                    firstSequence + i, source, packets.segmentAt(), packets.segmentLength(), target, length);
            if (i == count - 1 || length + recordBytes > target.byteSize()) {
                int sent = path.sendSegments(lane.sender, target, 0, length, recordBytes);
                lane.count(records, length, sent, recordBytes);
                isSent &= sent == length;
                length = 0;
                records = 0;
            }
        }
        return isSent ? Result.SENT : Result.FAILED;
    }

    /** Whether TCP and UDP checksums may be left partial, in both directions. */
    public boolean leavesChecksumsPartial() {
        return leavesChecksumsPartial;
    }

    /** Opens a record in place, on the peer's thread; results as {@link RecordProtection#open}. */
    public int open(MemorySegment buffer, long recordAt, int recordLength) {
        return protection.open(buffer, recordAt, recordLength);
    }

    /**
     * Opens a record and leaves it as it is; the packet goes to {@link #HEADROOM_BYTES} in {@code target}. For when the
     * record may be another session's, since a failed try in place would spoil it.
     */
    public int open(MemorySegment buffer, long recordAt, int recordLength, MemorySegment target) {
        return protection.open(buffer, recordAt, recordLength, target, HEADROOM_BYTES);
    }

    /** Says farewell to the peer, wipes the keys and releases the path. On the peer's thread, once. */
    public void close() {
        mayTransmit = false;
        association.close();
        for (Lane lane : lanes) {
            lane.close();
        }
        for (Lane lane : lanes) {
            traffic.close(lane.tally);
        }
        protection.close();
        path.release();
        arena.close();
    }

    /** What one thread needs to send while others do. */
    private static final class Lane {
        private final ReentrantLock lock = new ReentrantLock();
        private final int number;
        private final UdpSender sender;
        /** Written under the lock. */
        private final Tally tally;
        /** Guarded by the lock. */
        private boolean isClosed;

        Lane(int number, UdpSender sender, Tally tally) {
            this.number = number;
            this.sender = sender;
            this.tally = tally;
        }

        /** Counts a send of {@code records} records, {@code length} bytes together; {@code sent} is what came of it. */
        private void count(int records, int length, int sent, int recordBytes) {
            tally.add(Traffic.RECORDS_SEALED, records);
            tally.add(Traffic.SEALED_BYTES, length - records * RecordProtection.OVERHEAD_BYTES);
            if (sent > 0) {
                tally.add(Traffic.DATAGRAMS_SENT, (sent + recordBytes - 1) / recordBytes);
                tally.add(Traffic.BYTES_SENT, sent);
            }
            tally.set(Traffic.SENDS, sender.sends());
            tally.set(Traffic.SENDS_REFUSED, sender.refusals());
            tally.set(Traffic.SEGMENTATION_FALLBACKS, sender.segmentationFallbacks());
        }

        /** Waits until nobody is in the lane; nobody enters again. */
        private void close() {
            lock.lock();
            try {
                isClosed = true;
            } finally {
                lock.unlock();
            }
        }
    }
}
