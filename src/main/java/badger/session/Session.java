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
 * An established DTLS association and the path it runs over. Towards a Badger peer, each {@code OutboundLoop} sends on
 * a {@link SendLane} of its own, and the peer's thread on the last lane; towards another peer, all share one lane. Only
 * the peer's thread receives and closes.
 */
public final class Session {
    /** Space before a packet that {@link #transmit} turns into the record's header, however long that is. */
    public static final int HEADROOM_BYTES = RecordProtection.MOST_HEADER_BYTES;

    /** Space behind the packet, for content type and tag. */
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
    private boolean hasHeardPacket;
    private volatile boolean hasSent;

    /**
     * How many threads may seal at once with a TUN of {@code queues} queues: an outbound loop for each queue, and the
     * peer's thread.
     */
    public static int sealers(int queues) {
        return queues + 1;
    }

    /** @param traffic of the peer; the session counts there what it sends, until it closes */
    public Session(Association association, PeerPath path, long nowNanos, Tallies traffic) {
        this.association = association;
        this.protection = association.protection();
        this.path = path;
        this.traffic = traffic;
        // Records of several lanes overtake each other by whole super-packets. Badger's replay window allows that; the
        // window of another stack may be 64 records.
        this.lanes = new SendLane[association.isBadger() ? protection.sealerCount() : 1];
        this.queueLanes = Math.max(1, lanes.length - 1);
        openLanes();
        this.overheadBytes = protection.overheadBytes();
        this.isBadger = association.isBadger();
        this.leavesChecksumsPartial = association.leavesChecksumsPartial();
        this.establishedNanos = nowNanos;
        this.lastHeardNanos = nowNanos;
        this.lastPacketNanos = nowNanos;
        // The side that sent the last flight does not know yet that it arrived. A peer that still waits for that flight
        // would discard data (bctls) or fail on it (pion), so this side holds back until the peer's first record.
        this.mayTransmit = association.role() == Role.CLIENT;
        path.take();
    }

    private void openLanes() {
        try {
            for (int i = 0; i < lanes.length; i++) {
                lanes[i] = new SendLane(protection, i, path, traffic.open());
            }
        } catch (RuntimeException | Error lack) {
            closeLanes();
            throw lack;
        }
    }

    public Association association() {
        return association;
    }

    /** Where the session sends now. */
    public PeerPath path() {
        return path;
    }

    /**
     * Moves the session to another path without losing what other threads are sending, and releases the one before. On
     * the peer's thread.
     */
    public void moveTo(PeerPath next) {
        PeerPath before = path;
        next.take();
        try {
            for (SendLane lane : lanes) {
                lane.moveTo(next);
            }
        } catch (RuntimeException | Error lack) {
            next.release();
            throw lack;
        }
        path = next;
        before.release();
    }

    /**
     * The connection ID in records for this session (RFC 9146); {@link badger.record.ConnectionIds#NONE} if they have
     * none.
     */
    public int ownConnectionId() {
        return protection.ownConnectionId();
    }

    /** The bytes that a sent record has besides its packet: the same number for all records of a session. */
    public int overheadBytes() {
        return overheadBytes;
    }

    /** Offset of the packet in an opened record, whether it was opened in place or not. */
    public int packetOffset() {
        return protection.packetOffset();
    }

    public long establishedNanos() {
        return establishedNanos;
    }

    public boolean mayTransmit() {
        return mayTransmit;
    }

    /** Lets a server send that has held back. */
    public void allowTransmit() {
        mayTransmit = true;
    }

    /** When the last authenticated record came; the establishment counts as one. */
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** Whether application data has come, which proves that the peer has received our last flight. */
    public boolean hasHeardData() {
        return hasHeardData;
    }

    /** Whether the key has sealed all the records that it may, so that only a new handshake helps. */
    public boolean isUsedUp() {
        for (SendLane lane : lanes) {
            if (lane.isUsedUp()) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is time for a new handshake, so that the new key is there before this key is used up. */
    public boolean isNearlyUsedUp() {
        return protection.isNearlyUsedUp();
    }

    /** How many records were sealed, including those at the end of the handshake. */
    public long recordsSealed() {
        return protection.recordsSealed();
    }

    /** When the last record with a packet came; the establishment counts as one. Asked by the peer's thread. */
    public long lastPacketNanos() {
        return lastPacketNanos;
    }

    /** Whether a record with a packet has come. Asked by the peer's thread. */
    public boolean hasHeardPacket() {
        return hasHeardPacket;
    }

    /** Returns, and resets, whether packets from the TUN were sent on the session. Asked by the peer's thread. */
    public boolean takeHasSent() {
        boolean has = hasSent;
        if (has) {
            hasSent = false;
        }
        return has;
    }

    /** A record brought a packet. Called by the peer's thread. */
    public void heardPacket(long nowNanos) {
        lastPacketNanos = nowNanos;
        hasHeardPacket = true;
    }

    /** An authentic record came. */
    public void heard(long nowNanos) {
        if (lastHeardNanos != nowNanos) {
            // All records of a round have one time, and each volatile write would wait for all earlier writes.
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
     * Meant for what the peer's thread sends itself, which is rare.
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
     * @param count the number of {@code packets}, all of them unused
     * @param source where the packets lie, with a byte behind each that is borrowed while it is sealed
     * @param target native, large enough for all records; overwritten
     * @return {@link SendResult#NOT_READY} if no packet was used up
     */
    public SendResult transmit(int queue, Segments packets, int count, MemorySegment source, MemorySegment target) {
        if (!mayTransmit) {
            return SendResult.NOT_READY;
        }
        if (!hasSent) {
            // Written only on a change, so that the threads of several queues mostly share the cache line.
            hasSent = true;
        }
        return lanes[queue % queueLanes].transmit(packets, count, source, target);
    }

    /**
     * As {@link #transmit(MemorySegment, long, int)}, but by the node's main socket to {@code endpoint}, which tries
     * out another path.
     */
    public SendResult transmitTo(
            Endpoint endpoint, SharedSender sender, MemorySegment buffer, long packetAt, int length) {
        return mayTransmit ? ownLane().transmitTo(endpoint, sender, buffer, packetAt, length) : SendResult.NOT_READY;
    }

    /**
     * The lane of the peer's thread. On another lane it might wait for an outbound thread that seals a super-packet, or
     * that has lost its processor meanwhile, and would leave incoming datagrams unread.
     */
    private SendLane ownLane() {
        return lanes[lanes.length - 1];
    }

    /** Whether the peer is a Badger node (ALPN {@code badger/1}), and not built from the paper or on any DTLS stack. */
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
     * Opens a record without changing it; the packet goes to {@link #packetOffset} in {@code target}. Meant for a
     * record that may belong to another session, since a failed attempt in place would spoil it.
     */
    public int open(MemorySegment buffer, long recordAt, int recordLength, MemorySegment target) {
        return protection.open(buffer, recordAt, recordLength, target, protection.packetOffset());
    }

    /** Sends the peer a close_notify, wipes the keys and releases the path. On the peer's thread, once. */
    public void close() {
        mayTransmit = false;
        association.close();
        closeLanes();
        protection.close();
        path.release();
    }

    /** Closes those that were opened. */
    private void closeLanes() {
        for (SendLane lane : lanes) {
            if (lane != null) {
                lane.close();
                traffic.close(lane.tally());
            }
        }
    }
}
