package badger.datapath;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.linux.VirtioNetHeader;
import badger.offload.Segmenter;
import badger.offload.Segments;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.session.SendResult;
import badger.session.Session;
import badger.tun.Tun;
import badger.tun.TunReader;
import badger.wire.Ipv4;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Carries packets from one queue of the TUN to the peers: read, look the destination up, seal, send. One platform
 * thread, because it waits in a system call. It owns its packet buffer, in a confined arena.
 *
 * <p>A super-packet goes at once. Single packets wait in a {@link PacketBatch} while more of their kind can be read,
 * and no longer: the batch goes when the TUN is empty, so that a single packet is not delayed.
 */
final class OutboundLoop implements Runnable {
    private static final int PACKET_BYTES = 65_535;

    /** Where the first packet of a batch lies in the loop's buffer, behind the TUN's header for it. */
    static final int PACKET_AT = 64;

    /** Where the read of that packet begins. */
    static final int READ_AT = PACKET_AT - VirtioNetHeader.BYTES;

    private static final int READ_BYTES = VirtioNetHeader.BYTES + PACKET_BYTES;

    /** Room for a batch with the gaps between its packets, and one packet more. */
    private static final int BUFFER_BYTES =
            PACKET_AT + PacketBatch.MOST_BYTES + PacketBatch.MOST_PACKETS * 2 * PACKET_AT + PACKET_BYTES;

    /** Room for the records of one send; those of a super-packet with many small segments take several. */
    private static final int RECORDS_BYTES = 2 * PACKET_BYTES;

    private final Tun tun;
    private final int queue;
    private final NodeContext node;
    private final Ipv4Prefix ownPrefix;
    private final Ipv6Addresses ownIpv6;
    private final Counters counters;
    private final FloodGate gate;
    private final PacketBatch batch = new PacketBatch();
    private final LargePackets large;
    private Tally tally;
    private Segmenter segmenter;
    /** For packets that were read before the one that {@link #segmenter} holds. */
    private Segmenter keptSegmenter;

    private MemorySegment records;

    /** @param queue of the TUN, which this loop alone reads */
    OutboundLoop(Tun tun, int queue, NodeContext node, NodeAddresses own) {
        this.tun = tun;
        this.queue = queue;
        this.node = node;
        this.gate = new FloodGate(node::nanoTime);
        this.ownPrefix = own.ipv4();
        this.ownIpv6 = own.ipv6Addresses();
        this.counters = node.counters();
        this.large = new LargePackets(tun, queue, counters);
    }

    @Override
    public void run() {
        try (Arena loopArena = Arena.ofConfined()) {
            TunReader reader = tun.reader(loopArena, queue);
            MemorySegment buffer = prepare(loopArena);
            long packetAt = nextPacketAt();
            int length = reader.read(buffer, packetAt - VirtioNetHeader.BYTES, READ_BYTES);
            while (length != TunReader.CLOSED) {
                if (length == TunReader.NOTHING_WAITING) {
                    caughtUp(buffer);
                    reader.await();
                    tally.add(Traffic.TUN_READER_WAKE_UPS, 1);
                } else {
                    forward(buffer, packetAt, length);
                }
                packetAt = nextPacketAt();
                length = reader.read(buffer, packetAt - VirtioNetHeader.BYTES, READ_BYTES);
            }
        } finally {
            counters.traffic().close(tally);
        }
    }

    /**
     * Makes what {@link #forward} needs, and returns the buffer into which packets are read at {@link #nextPacketAt}.
     */
    MemorySegment prepare(Arena loopArena) {
        // A new tally whenever the loop starts anew, and so does its reader.
        tally = counters.traffic().open();
        batch.clear();
        segmenter = new Segmenter(loopArena);
        keptSegmenter = new Segmenter(loopArena);
        records = loopArena.allocate(RECORDS_BYTES, 64);
        large.prepare(loopArena, tally, records);
        return loopArena.allocate(BUFFER_BYTES, 64);
    }

    /** Where the next packet is to lie; its {@link VirtioNetHeader} comes before it. */
    long nextPacketAt() {
        // Each header begins a cache line of its own.
        return batch.isEmpty() ? PACKET_AT : (batch.end() + 63 & -64) + PACKET_AT;
    }

    /** The TUN is empty: the waiting packets go. */
    void caughtUp(MemorySegment buffer) {
        flush(buffer);
        gate.caughtUp();
    }

    /**
     * Sends the packet or super-packet at {@link #nextPacketAt} to its peer, at once or with a batch, or counts why not
     * (paper rows P60 to P63).
     */
    void forward(MemorySegment buffer, long packetAt, int length) {
        countRead(buffer, packetAt, length);
        if (!dispatch(buffer, packetAt, length)) {
            // The packet did not join the batch, so the batch goes now.
            flush(buffer);
        }
    }

    /** @return whether the packet waits for others */
    private boolean dispatch(MemorySegment buffer, long packetAt, int length) {
        int version = length == 0 ? 0 : Ipv4.version(buffer, packetAt);
        if (version != Ipv4.VERSION) {
            return dispatchIpv6(version, buffer, packetAt, length);
        }
        if (!Ipv4.isComplete(buffer, packetAt, length)) {
            counters.count(DropReason.OUTBOUND_MALFORMED);
            return false;
        }
        int destination = Ipv4.destination(buffer, packetAt);
        Peer peer = node.directory().table().byVirtualAddress(destination);
        if (peer == null) {
            counters.count(whyNoPeer(destination));
            return false;
        }
        return send(peer, buffer, packetAt, length);
    }

    private boolean dispatchIpv6(int version, MemorySegment buffer, long packetAt, int length) {
        if (version != Ipv6.VERSION || ownIpv6.isEmpty()) {
            // The kernel sends IPv6 router solicitations into every new device.
            counters.count(DropReason.OUTBOUND_NOT_IPV4);
            return false;
        }
        if (!Ipv6.isComplete(buffer, packetAt, length)) {
            counters.count(DropReason.OUTBOUND_MALFORMED);
            return false;
        }
        long high = Ipv6.destinationHigh(buffer, packetAt);
        long low = Ipv6.destinationLow(buffer, packetAt);
        Peer peer = node.directory().table().byVirtualIpv6(high, low);
        if (peer == null) {
            counters.count(whyNoIpv6Peer(high, low));
            return false;
        }
        return send(peer, buffer, packetAt, length);
    }

    private void countRead(MemorySegment buffer, long packetAt, int length) {
        tally.add(Traffic.TUN_READS, 1);
        tally.add(Traffic.TUN_READ_BYTES, length);
        if (VirtioNetHeader.gsoType(buffer, packetAt - VirtioNetHeader.BYTES) != VirtioNetHeader.GSO_NONE) {
            tally.add(Traffic.TUN_READ_SUPER_PACKETS, 1);
        }
    }

    private boolean send(Peer peer, MemorySegment buffer, long packetAt, int length) {
        if (!gate.admits(buffer, packetAt, length)) {
            counters.count(DropReason.OUTBOUND_FLOOD);
            return false;
        }
        Session session = peer.session();
        boolean isReady = session != null && session.mayTransmit();
        int count = begin(segmenter, buffer, packetAt, length, isReady && session.leavesChecksumsPartial());
        if (count == Segmenter.CONTRADICTION) {
            counters.count(DropReason.OUTBOUND_MALFORMED);
            return false;
        }
        if (isReady && segmenter.segmentBytes() > session.path().largestPacket()) {
            flush(buffer);
            large.send(session, segmenter, buffer, packetAt, length);
            return false;
        }
        if (isReady && count == 1) {
            segmenter.next();
            LargePackets.clampMss(session, buffer, packetAt, length);
            gather(peer, session, buffer, packetAt, length);
            return true;
        }
        flush(buffer);
        SendResult result = isReady ? transmit(peer, session, segmenter, count, buffer) : SendResult.NOT_READY;
        if (result == SendResult.NOT_READY) {
            keep(peer, buffer, packetAt, length);
        } else if (result == SendResult.FAILED) {
            counters.count(DropReason.OUTBOUND_SEND_FAILED);
        }
        return false;
    }

    private static int begin(
            Segmenter with, MemorySegment buffer, long packetAt, int length, boolean checksumsMayBePartial) {
        return with.begin(buffer, packetAt, length, packetAt - VirtioNetHeader.BYTES, checksumsMayBePartial);
    }

    private void gather(Peer peer, Session session, MemorySegment buffer, long packetAt, int length) {
        if (batch.takes(session, length)) {
            batch.add(packetAt, length);
            return;
        }
        flush(buffer);
        if (packetAt != PACKET_AT) {
            // The packet moves to the front, so that the batch has all the room; its header moves too, in case it is
            // begun again.
            long from = packetAt - VirtioNetHeader.BYTES;
            MemorySegment.copy(buffer, from, buffer, READ_AT, length + VirtioNetHeader.BYTES);
        }
        batch.begin(peer, session, PACKET_AT, length);
    }

    private void flush(MemorySegment buffer) {
        if (batch.isEmpty()) {
            return;
        }
        int count = batch.count();
        SendResult result = transmit(batch.peer(), batch.session(), batch, count, buffer);
        if (result == SendResult.NOT_READY) {
            for (int i = 0; i < count; i++) {
                batch.next();
                keep(batch.peer(), buffer, batch.segmentAt(), batch.segmentLength());
            }
        } else if (result == SendResult.FAILED) {
            for (int i = 0; i < count; i++) {
                counters.count(DropReason.OUTBOUND_SEND_FAILED);
            }
        }
        batch.clear();
    }

    private SendResult transmit(Peer peer, Session session, Segments packets, int count, MemorySegment buffer) {
        SendResult result = session.transmit(queue, packets, count, buffer, records);
        Session newer = peer.session();
        if (result == SendResult.NOT_READY
                && newer != null
                && newer.leavesChecksumsPartial() == session.leavesChecksumsPartial()) {
            // The session was superseded and closed just now; nothing of the packets has been touched.
            return newer.transmit(queue, packets, count, buffer, records);
        }
        return result;
    }

    /** Keeps the packet for a session. Its checksums are finished, since any kind of session may carry it. */
    private void keep(Peer peer, MemorySegment buffer, long packetAt, int length) {
        int count = begin(keptSegmenter, buffer, packetAt, length, false);
        for (int i = 0; i < count; i++) {
            keptSegmenter.next();
            if (!peer.keep(buffer, keptSegmenter.segmentAt(), keptSegmenter.segmentLength(), node.nanoTime())) {
                counters.count(DropReason.OUTBOUND_PENDING_FULL);
            }
        }
        peer.waker().wake();
    }

    private DropReason whyNoPeer(int destination) {
        if (destination == ownPrefix.address()) {
            return DropReason.OUTBOUND_OWN_ADDRESS;
        }
        if (destination == ownPrefix.broadcast() || destination == -1) {
            return DropReason.OUTBOUND_BROADCAST;
        }
        boolean isMulticast = destination >>> 28 == 0xE;
        return isMulticast ? DropReason.OUTBOUND_MULTICAST : DropReason.OUTBOUND_NO_PEER;
    }

    private DropReason whyNoIpv6Peer(long high, long low) {
        if (ownIpv6.contains(high, low)) {
            return DropReason.OUTBOUND_OWN_ADDRESS;
        }
        if (Ipv6Address.isMulticast(high)) {
            return DropReason.OUTBOUND_MULTICAST;
        }
        return Ipv6Address.isLinkLocal(high) ? DropReason.OUTBOUND_LINK_LOCAL : DropReason.OUTBOUND_NO_PEER;
    }
}
