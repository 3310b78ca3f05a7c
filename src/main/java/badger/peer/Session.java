package badger.peer;

import badger.dtls.Association;
import badger.dtls.RecordProtection;
import badger.offload.Segmenter;
import badger.udp.UdpSender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An established DTLS association and the path it runs over. {@code OutboundLoop} and the peer's thread send on it,
 * under {@link #sendLock}; only the peer's thread receives on it and closes it.
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
    private final UdpSender sender;
    private final boolean leavesChecksumsPartial;
    private final ReentrantLock sendLock = new ReentrantLock();
    private final long establishedNanos;
    private volatile boolean mayTransmit;
    private volatile long lastHeardNanos;
    private volatile boolean hasHeardData;
    private volatile boolean isUsedUp;
    private boolean isClosed;

    public Session(Association association, PeerPath path, long nowNanos) {
        this.association = association;
        this.protection = association.protection();
        this.path = path;
        this.sender = path.newSender(arena);
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
     * native, with {@link #HEADROOM_BYTES} before the packet and {@link #TAILROOM_BYTES} behind it, all overwritten.
     */
    public Result transmit(MemorySegment buffer, long packetAt, int length) {
        if (!mayTransmit) {
            return Result.NOT_READY;
        }
        sendLock.lock();
        try {
            if (isClosed) {
                return Result.NOT_READY;
            }
            long recordAt = packetAt - HEADROOM_BYTES;
            int recordLength = protection.seal(buffer, recordAt, length);
            if (recordLength < 0) {
                isUsedUp = true;
                return Result.NOT_READY;
            }
            int sent = path.send(sender, buffer, recordAt, recordLength);
            return sent == recordLength ? Result.SENT : Result.FAILED;
        } finally {
            sendLock.unlock();
        }
    }

    /**
     * Seals every segment into {@code target}, one record behind the other, and sends them all at once.
     *
     * @param count how many segments {@code segmenter} has begun, of which none is used up yet
     * @param source what the segmenter cuts
     * @param target native, large enough for all records; overwritten
     * @return {@link Result#NOT_READY} if no segment was used up
     */
    public Result transmit(Segmenter segmenter, int count, MemorySegment source, MemorySegment target) {
        if (!mayTransmit) {
            return Result.NOT_READY;
        }
        sendLock.lock();
        try {
            if (isClosed) {
                return Result.NOT_READY;
            }
            int recordBytes = RecordProtection.OVERHEAD_BYTES + segmenter.segmentBytes();
            boolean isSent = true;
            int length = 0;
            for (int i = 0; i < count; i++) {
                segmenter.next();
                int recordLength =
                        protection.seal(source, segmenter.segmentAt(), segmenter.segmentLength(), target, length);
                if (recordLength < 0) {
                    isUsedUp = true;
                    return Result.FAILED;
                }
                length += recordLength;
                if (i == count - 1 || length + recordBytes > target.byteSize()) {
                    isSent &= path.sendSegments(sender, target, 0, length, recordBytes) == length;
                    length = 0;
                }
            }
            return isSent ? Result.SENT : Result.FAILED;
        } finally {
            sendLock.unlock();
        }
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
        sendLock.lock();
        try {
            isClosed = true;
            protection.close();
        } finally {
            sendLock.unlock();
        }
        path.release();
        arena.close();
    }
}
