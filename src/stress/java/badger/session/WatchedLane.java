package badger.session;

import badger.aead.Aead;
import badger.aead.ConnectionId;
import badger.counter.Tallies;
import badger.counter.Traffic;
import badger.offload.Segments;
import badger.record.AgreedIds;
import badger.record.RecordProtection;
import badger.record.SequenceNumbers;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A {@link SendLane} whose cipher and paths note how they are used. What they note is in plain fields, which the lane's
 * lock alone guards: two threads at once would lose counts.
 */
final class WatchedLane {
    static final int PACKET_BYTES = 20;
    static final int PAIR_BYTES = 100;

    private static final int PACKET_AT = 64;
    private static final int BUFFER_BYTES = 512;
    // Each belongs to one actor, of which there is one thread at a time.
    private static final MemorySegment OWN = Arena.global().allocate(BUFFER_BYTES);
    private static final MemorySegment SOURCE = Arena.global().allocate(BUFFER_BYTES);
    private static final MemorySegment TARGET = Arena.global().allocate(BUFFER_BYTES);
    private static final Segments PAIR = new Pair();

    final SendLane lane;
    final PeerPath path;
    /** How many records were sealed. */
    int sealed;
    /** The numbers of these records, one bit each. */
    int numbers;
    /** The number of the record that had {@link #PACKET_BYTES}. */
    int packetNumber = -1;
    /** How often the lane used a key, a path or a sender's memory that was gone. */
    int late;
    /** How often a second thread was in the lane. */
    int mixed;
    /** The paths by which records went, one decimal digit for each change. */
    int went;

    private final Tallies traffic = new Tallies();
    private final RecordProtection protection;
    private int inside;

    /** @param sendNanos how long each send takes at least */
    WatchedLane(long sendNanos) {
        protection = new RecordProtection(
                List.of(new Cipher()),
                new Cipher(),
                new AgreedIds(null, ConnectionId.NONE),
                (epochAndSequence, type, plain, at, length) -> false,
                new SequenceNumbers(),
                Long.MAX_VALUE);
        path = path(1, sendNanos);
        path.retain();
        lane = new SendLane(protection, 0, path, traffic.open());
    }

    PeerPath path(int number, long sendNanos) {
        return new PeerPath(WatchedSocket.ENDPOINT, new WatchedSocket(this, number, sendNanos), null, () -> {});
    }

    /** As an outbound loop: two records with one send. */
    SendResult sendPair() {
        return lane.transmit(PAIR, 2, SOURCE, TARGET);
    }

    /** As the peer's thread: one record. */
    SendResult sendPacket() {
        return lane.transmit(OWN, PACKET_AT, PACKET_BYTES);
    }

    /** As {@link Session#close}: what the lane used goes once nobody is in it. */
    void closeAsSession() {
        lane.close();
        protection.close();
        path.release();
    }

    int counted(Traffic what) {
        return (int) traffic.sums().of(what);
    }

    /** Called by whatever the lane uses, while it is used. */
    void enter(boolean isGone) {
        if (inside != 0) {
            mixed++;
        }
        inside++;
        if (isGone) {
            late++;
        }
    }

    void leave() {
        inside--;
    }

    private static final class Pair implements Segments {
        @Override
        public void next() {}

        @Override
        public long segmentAt() {
            return PACKET_AT;
        }

        @Override
        public int segmentLength() {
            return PAIR_BYTES;
        }

        @Override
        public int segmentBytes() {
            return PAIR_BYTES;
        }
    }

    /** Seals nothing. The key is wiped once {@link #close} is called. */
    private final class Cipher implements Aead {
        private boolean isWiped;

        @Override
        public void seal(
                long explicitNonce,
                long epochAndSequence,
                int type,
                MemorySegment source,
                long sourceAt,
                int length,
                MemorySegment target,
                long targetAt) {
            enter(isWiped);
            int number = (int) DtlsRecord.sequenceOf(epochAndSequence);
            sealed++;
            numbers |= 1 << number;
            if (length == PACKET_BYTES) {
                packetNumber = number;
            }
            leave();
        }

        @Override
        public boolean open(
                long explicitNonce,
                long epochAndSequence,
                int type,
                MemorySegment source,
                long sourceAt,
                int length,
                MemorySegment target,
                long targetAt) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            isWiped = true;
        }
    }
}
