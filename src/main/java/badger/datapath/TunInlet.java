package badger.datapath;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.linux.VirtioNetHeader;
import badger.offload.Coalescer;
import badger.offload.MergeRules;
import badger.offload.Pieces;
import badger.tun.TunOffloads;
import badger.tun.TunWriter;
import badger.wire.Ipv4;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The last gate before the kernel: a packet enters this host only if it is whole IPv4, comes from the address of the
 * peer that sealed it, and is for this host (paper row P66). Neighbours of one flow go in as one super-packet. One for
 * each peer, used by the peer's thread.
 */
final class TunInlet implements Coalescer.Sink {
    private final TunWriter[] writers;
    private final int peerAddress;
    private final int ownAddress;
    private final Counters counters;
    private final TunOffloads offloads;
    private final Coalescer coalescer;
    private final badger.tun.Pieces tunPieces;
    private boolean areChecksumsPartial;

    /** Whose packets go in, and for whom they are. */
    record Addresses(int peer, int own) {}

    /**
     * Makes a gate to one device.
     *
     * @param writers the peer's thread's own, one for each queue of the device
     * @param offloads what the device it writes to can do
     */
    TunInlet(List<TunWriter> writers, TunOffloads offloads, Addresses addresses, Counters counters, Arena loopArena) {
        this.writers = writers.toArray(TunWriter[]::new);
        this.peerAddress = addresses.peer();
        this.ownAddress = addresses.own();
        this.counters = counters;
        this.offloads = offloads;
        this.coalescer = new Coalescer(this, rules(false));
        this.tunPieces = new badger.tun.Pieces(loopArena, MergeRules.MOST_SEGMENTS);
    }

    Counters counters() {
        return counters;
    }

    /**
     * Takes the packet at {@code [at, at + length)} for the TUN, or counts why not. The {@link VirtioNetHeader#BYTES}
     * before it are overwritten, and the buffer stays in use until {@link #flush}.
     *
     * @param isChecksumPartial whether the peer may have left the packet's TCP or UDP checksum partial
     */
    void deliver(MemorySegment buffer, long at, int length, boolean isChecksumPartial) {
        if (!Ipv4.isComplete(buffer, at, length)) {
            counters.count(DropReason.INBOUND_MALFORMED_PACKET);
        } else if (Ipv4.source(buffer, at) != peerAddress) {
            counters.count(DropReason.INBOUND_SPOOFED_SOURCE);
        } else if (Ipv4.destination(buffer, at) != ownAddress) {
            counters.count(DropReason.INBOUND_FOREIGN_DESTINATION);
        } else {
            if (isChecksumPartial != areChecksumsPartial) {
                areChecksumsPartial = isChecksumPartial;
                coalescer.rules(rules(isChecksumPartial));
            }
            coalescer.add(buffer, at, Ipv4.totalLength(buffer, at));
        }
    }

    /** Writes what is still kept. */
    void flush() {
        coalescer.flush();
    }

    @Override
    public void write(MemorySegment buffer, long virtioHeaderAt, int length) {
        int packetBytes = length - VirtioNetHeader.BYTES;
        countIfRefused(writer(buffer, virtioHeaderAt, packetBytes).write(buffer, virtioHeaderAt, packetBytes));
    }

    @Override
    public void writeMerged(MemorySegment buffer, Pieces pieces) {
        tunPieces.clear();
        for (int i = 0; i < pieces.count(); i++) {
            tunPieces.add(buffer, pieces.at(i), pieces.length(i));
        }
        int firstBytes = pieces.length(0) - VirtioNetHeader.BYTES;
        countIfRefused(writer(buffer, pieces.at(0), firstBytes).write(tunPieces));
    }

    private TunWriter writer(MemorySegment buffer, long virtioHeaderAt, int packetBytes) {
        return writers[FlowQueue.of(buffer, virtioHeaderAt + VirtioNetHeader.BYTES, packetBytes, writers.length)];
    }

    private void countIfRefused(int result) {
        if (result < 0) {
            counters.count(DropReason.INBOUND_TUN_REFUSED);
        }
    }

    private MergeRules rules(boolean isChecksumPartial) {
        return new MergeRules(offloads.tso4(), offloads.uso(), isChecksumPartial, MergeRules.MOST_SEGMENTS);
    }
}
