package badger.session;

import badger.counter.Tallies;
import badger.handshake.Association;
import badger.offload.Segments;
import badger.record.RecordProtection;
import badger.record.Role;
import badger.udp.Endpoint;
import badger.udp.SharedSender;
import java.lang.foreign.MemorySegment;

/**
 * An established DTLS association and the path it runs over. Towards a Badger peer each {@code OutboundLoop} sends on a
 * {@link SendLane} of its own, and the peer's thread on the last; all share one towards another. The peer's thread
 * alone receives and closes.
 */
public final class Session {
    /** Space before a packet that {@link #transmit} turns into the record's header, however long that is. */
    public static final int HEADROOM_BYTES = RecordProtection.MOST_HEADER_BYTES;

    /** Space behind it, for content type and tag. */
    public static final int TAILROOM_BYTES = RecordProtection.MOST_TRAILER_BYTES;

    private final Association association;
    private final RecordProtection protection;
    private final SendLane[] lanes;
    private final int queueLanes;
    private final int overheadBytes;
    private final boolean isBadger;
    private final boolean leavesChecksumsPartial;
    private final Tallies traffic;
    private final long establishedNanos;
    private volatile PeerPath path;
    private volatile boolean mayTransmit;
    private volatile long lastHeardNanos;
    private volatile boolean hasHeardData;
    private long lastPacketNanos;
    private volatile boolean hasSent;

    /**
     * How many threads may seal at once, for a TUN of so many queues: an outbound loop for each, and the peer's own
     * thread.
     */
    public static int sealers(int queues) {
        return queues + 1;
    }

    /** @param traffic of the peer, where the session counts what it sends until it closes */
    public Session(Association association, PeerPath path, long nowNanos, Tallies traffic) {
        this.association = association;
        this.protection = association.protection();
        this.path = path;
        this.traffic = traffic;
        // Records of several lanes overtake each other, by whole super-packets. Badger's replay window bears that; the
        // window of another stack may be 64 records.
        this.lanes = new SendLane[association.isBadger() ? protection.sealerCount() : 1];
        this.queueLanes = Math.max(1, lanes.length - 1);
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new SendLane(protection, i, path, traffic.open());
        }
        this.overheadBytes = protection.overheadBytes();
        this.isBadger = association.isBadger();
        this.leavesChecksumsPartial = association.leavesChecksumsPartial();
        this.establishedNanos = nowNanos;
        this.lastHeardNanos = nowNanos;
        this.lastPacketNanos = nowNanos;
        // The side that sent the last flight does not know yet that it arrived, and a peer that still waits for it
        // would discard data (bctls) or choke on it (pion): it holds back until the first record from there.
        this.mayTransmit = association.role() == Role.CLIENT;
        path.take();
    }

    public Association association() {
        return association;
    }

    /** Where the session sends now. */
    public PeerPath path() {
        return path;
    }

    /**
     * Lets the session send on another path from now on, without losing what other threads are sending; the one before
     * it is released. On the peer's thread.
     */
    public void moveTo(PeerPath next) {
        PeerPath before = path;
        next.take();
        for (SendLane lane : lanes) {
            lane.moveTo(next);
        }
        path = next;
        before.release();
    }

    /**
     * What the records for this session carry (RFC 9146); {@link badger.record.ConnectionIds#NONE} if they carry none.
     */
    public int ownConnectionId() {
        return protection.ownConnectionId();
    }

    /** What a record that is sent has beside its packet, in bytes: all of a session's have the same. */
    public int overheadBytes() {
        return overheadBytes;
    }

    /** Where the packet begins in a record that was opened, in place or not. */
    public int packetOffset() {
        return protection.packetOffset();
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
        for (SendLane lane : lanes) {
            if (lane.isUsedUp()) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is time for a new handshake, so that the new key is there before this one is used up. */
    public boolean isNearlyUsedUp() {
        return protection.isNearlyUsedUp();
    }

    /** How many records were sealed, those of the handshake's end included. */
    public long recordsSealed() {
        return protection.recordsSealed();
    }

    /** When the last record came that brought a packet; the establishment counts as one. Asked by the peer's thread. */
    public long lastPacketNanos() {
        return lastPacketNanos;
    }

    /** Whether packets were read from the TUN for it since the last such question. Asked by the peer's thread. */
    public boolean takeHasSent() {
        boolean has = hasSent;
        if (has) {
            hasSent = false;
        }
        return has;
    }

    /** A record brought a packet. By the peer's thread. */
    public void heardPacket(long nowNanos) {
        lastPacketNanos = nowNanos;
    }

    /** An authentic record came. */
    public void heard(long nowNanos) {
        if (lastHeardNanos != nowNanos) {
            // All records of a round have one time, and each volatile write would wait until all others are done.
            lastHeardNanos = nowNanos;
        }
        if (!hasHeardData) {
            hasHeardData = true;
            mayTransmit = true;
        }
    }

    /**
     * Seals the packet at {@code [packetAt, packetAt + length)} in place and sends it as one record. The buffer is
     * native, with {@link #HEADROOM_BYTES} before the packet and {@link #TAILROOM_BYTES} behind it, all overwritten.
     * For what the peer's thread sends itself, which is rare.
     */
    public SendResult transmit(MemorySegment buffer, long packetAt, int length) {
        if (!mayTransmit) {
            return SendResult.NOT_READY;
        }
        return ownLane().transmit(buffer, packetAt, length);
    }

    /**
     * Seals every packet into {@code target}, one record behind the other, and sends them all at once.
     *
     * @param queue of the TUN that the packets came from; threads of different queues do not wait for each other
     * @param count how many {@code packets} there are, of which none is used up yet
     * @param source where the packets lie, with a byte behind each that is borrowed while it is sealed
     * @param target native, large enough for all records; overwritten
     * @return {@link SendResult#NOT_READY} if no packet was used up
     */
    public SendResult transmit(int queue, Segments packets, int count, MemorySegment source, MemorySegment target) {
        if (!mayTransmit) {
            return SendResult.NOT_READY;
        }
        if (!hasSent) {
            // Written only where it changes, so that the threads of several queues mostly share the line.
            hasSent = true;
        }
        return lanes[queue % queueLanes].transmit(packets, count, source, target);
    }

    /**
     * As {@link #transmit(MemorySegment, long, int)}, but to {@code endpoint} instead of where the session sends, by
     * the node's main socket: so another path is tried out.
     */
    public SendResult transmitTo(
            Endpoint endpoint, SharedSender sender, MemorySegment buffer, long packetAt, int length) {
        return mayTransmit ? ownLane().transmitTo(endpoint, sender, buffer, packetAt, length) : SendResult.NOT_READY;
    }

    /**
     * That of the peer's thread, which would otherwise wait for an outbound thread that seals a super-packet, or that
     * has lost its processor over it, and would leave what comes in unread meanwhile.
     */
    private SendLane ownLane() {
        return lanes[lanes.length - 1];
    }

    /** Whether the peer takes part (ALPN {@code badger/1}); not if it is built from the paper or on any DTLS stack. */
    public boolean isBadger() {
        return isBadger;
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
     * Opens a record and leaves it as it is; the packet goes to {@link #packetOffset} in {@code target}. For when the
     * record may be another session's, since a failed try in place would spoil it.
     */
    public int open(MemorySegment buffer, long recordAt, int recordLength, MemorySegment target) {
        return protection.open(buffer, recordAt, recordLength, target, protection.packetOffset());
    }

    /** Says farewell to the peer, wipes the keys and releases the path. On the peer's thread, once. */
    public void close() {
        mayTransmit = false;
        association.close();
        for (SendLane lane : lanes) {
            lane.close();
        }
        for (SendLane lane : lanes) {
            traffic.close(lane.tally());
        }
        protection.close();
        path.release();
    }
}
