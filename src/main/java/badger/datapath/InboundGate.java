package badger.datapath;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.linux.VirtioNetHeader;
import badger.offload.Coalescer;
import badger.offload.MergeRules;
import badger.offload.MergedRanges;
import badger.offload.MssClamp;
import badger.peer.Peer;
import badger.tun.GatherList;
import badger.tun.TunOffloads;
import badger.tun.TunWriter;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Ipv6Addresses;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The last gate before the kernel. A packet enters this host only if it is a whole IP packet, comes from an address of
 * the peer that sealed it, and is for this host (paper row P66). Neighbours of one flow enter as one super-packet. One
 * for each peer, used by the peer's thread.
 */
final class InboundGate implements Coalescer.Sink {
    private final TunWriter[] writers;
    private final Peer peer;
    private final int ownAddress;
    private final Ipv6Addresses ownIpv6;
    private final Counters counters;
    private final Tally tally;
    private final TunOffloads offloads;
    private final Coalescer coalescer;
    private final GatherList tunPieces;
    private final FloodGate gate = new FloodGate(() -> this.nowNanos);
    private long nowNanos;
    private boolean areChecksumsPartial;

    /** The peer that sends the packets, and the addresses of this host. */
    record Addresses(Peer peer, NodeAddresses own) {}

    /**
     * Makes a gate to one device.
     *
     * @param writers of the peer's thread, one for each queue of the device
     * @param offloads what the device can do
     * @param tally of the peer's thread
     */
    InboundGate(
            List<TunWriter> writers,
            TunOffloads offloads,
            Addresses addresses,
            Counters counters,
            Tally tally,
            Arena loopArena) {
        this.writers = writers.toArray(TunWriter[]::new);
        this.peer = addresses.peer();
        this.ownAddress = addresses.own().ipv4().address();
        this.ownIpv6 = addresses.own().ipv6Addresses();
        this.counters = counters;
        this.tally = tally;
        this.offloads = offloads;
        this.coalescer = new Coalescer(this, rules(false));
        this.tunPieces = new GatherList(loopArena, MergeRules.MOST_SEGMENTS);
    }

    Counters counters() {
        return counters;
    }

    Tally tally() {
        return tally;
    }

    /**
     * Takes the packet at {@code [at, at + length)} for the TUN, or counts why not. The {@link VirtioNetHeader#BYTES}
     * before it are overwritten, and the buffer stays in use until {@link #flush}.
     *
     * @param isChecksumPartial whether the peer may have left the packet's TCP or UDP checksum partial
     * @param largestTcpPacket the largest packet that this host may send in a TCP connection that the packet opens
     */
    void deliver(MemorySegment buffer, long at, int length, boolean isChecksumPartial, int largestTcpPacket) {
        // A node without IPv6 addresses treats IPv6 as malformed IPv4.
        boolean isIpv4 = length == 0 || ownIpv6.isEmpty() || Ipv4.version(buffer, at) != Ipv6.VERSION;
        DropReason refusal = isIpv4 ? refusalOfIpv4(buffer, at, length) : refusalOfIpv6(buffer, at, length);
        if (refusal == null && !gate.admits(buffer, at, length)) {
            refusal = DropReason.INBOUND_FLOOD;
        }
        if (refusal != null) {
            counters.count(refusal);
            return;
        }
        if (isChecksumPartial != areChecksumsPartial) {
            areChecksumsPartial = isChecksumPartial;
            coalescer.rules(rules(isChecksumPartial));
        }
        int packetBytes = isIpv4 ? Ipv4.totalLength(buffer, at) : Ipv6.HEADER_BYTES + Ipv6.payloadLength(buffer, at);
        MssClamp.apply(buffer, at, packetBytes, largestTcpPacket, isChecksumPartial);
        coalescer.add(buffer, at, packetBytes);
    }

    /** Why the packet may not enter, or null. */
    private DropReason refusalOfIpv4(MemorySegment buffer, long at, int length) {
        if (!Ipv4.isComplete(buffer, at, length)) {
            return DropReason.INBOUND_MALFORMED_PACKET;
        }
        if (Ipv4.source(buffer, at) != peer.virtualAddress()) {
            return DropReason.INBOUND_SPOOFED_SOURCE;
        }
        return Ipv4.destination(buffer, at) == ownAddress ? null : DropReason.INBOUND_FOREIGN_DESTINATION;
    }

    private DropReason refusalOfIpv6(MemorySegment buffer, long at, int length) {
        if (!Ipv6.isComplete(buffer, at, length)) {
            return DropReason.INBOUND_MALFORMED_PACKET;
        }
        if (!peer.virtualIpv6().contains(Ipv6.sourceHigh(buffer, at), Ipv6.sourceLow(buffer, at))) {
            return DropReason.INBOUND_SPOOFED_SOURCE;
        }
        boolean isOurs = ownIpv6.contains(Ipv6.destinationHigh(buffer, at), Ipv6.destinationLow(buffer, at));
        return isOurs ? null : DropReason.INBOUND_FOREIGN_DESTINATION;
    }

    /** Sets the arrival time of all packets until the next call. */
    void startRound(long roundNanos) {
        nowNanos = roundNanos;
    }

    /** Everything that waited has been delivered. */
    void caughtUp() {
        gate.caughtUp();
    }

    /** Writes the packets that are still kept. */
    void flush() {
        coalescer.flush();
    }

    @Override
    public void write(MemorySegment buffer, long virtioHeaderAt, int length) {
        int packetBytes = length - VirtioNetHeader.BYTES;
        count(writer(buffer, virtioHeaderAt, packetBytes).write(buffer, virtioHeaderAt, packetBytes), 1);
    }

    @Override
    public void writeMerged(MemorySegment buffer, MergedRanges pieces) {
        tunPieces.clear();
        for (int i = 0; i < pieces.count(); i++) {
            tunPieces.add(buffer, pieces.at(i), pieces.length(i));
        }
        int firstBytes = pieces.length(0) - VirtioNetHeader.BYTES;
        count(writer(buffer, pieces.at(0), firstBytes).write(tunPieces), pieces.count());
    }

    private TunWriter writer(MemorySegment buffer, long virtioHeaderAt, int packetBytes) {
        return writers[FlowHash.of(buffer, virtioHeaderAt + VirtioNetHeader.BYTES, packetBytes, writers.length)];
    }

    private void count(int result, int segments) {
        if (result < 0) {
            counters.count(DropReason.INBOUND_TUN_REFUSED);
            return;
        }
        tally.add(Traffic.TUN_WRITES, 1);
        tally.add(Traffic.TUN_WRITTEN_SEGMENTS, segments);
        tally.add(Traffic.TUN_WRITTEN_BYTES, result);
        if (segments > 1) {
            tally.add(Traffic.TUN_WRITTEN_SUPER_PACKETS, 1);
        }
    }

    private MergeRules rules(boolean isChecksumPartial) {
        return new MergeRules(
                offloads.tso4(), offloads.tso6(), offloads.uso(), isChecksumPartial, MergeRules.MOST_SEGMENTS);
    }
}
