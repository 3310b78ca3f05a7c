package badger.datapath;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.linux.VirtioNetHeader;
import badger.offload.Segmenter;
import badger.peer.Peer;
import badger.peer.Peers;
import badger.peer.Session;
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
 * Carries packets from one queue of the TUN to the peers: read, look the destination up, seal in place, send. One platform
 * thread, because the read blocks. It owns its packet buffer, in a confined arena.
 */
final class OutboundLoop implements Runnable {
    private static final int PACKET_BYTES = 65_535;

    /** Where a packet lies in the loop's buffer, so that its record's header fits before it. */
    static final int PACKET_AT = 64;

    /** The TUN's header lies in the session's headroom: it is done with when the record's header is written there. */
    static final int READ_AT = PACKET_AT - VirtioNetHeader.BYTES;

    private static final int READ_BYTES = VirtioNetHeader.BYTES + PACKET_BYTES;

    /** Room for the records of one send; those of a super-packet with many small segments take several. */
    private static final int RECORDS_BYTES = 2 * PACKET_BYTES;

    private final Tun tun;
    private final int queue;
    private final Peers peers;
    private final Ipv4Prefix ownPrefix;
    private final Ipv6Addresses ownIpv6;
    private final Counters counters;
    private final FloodGate gate = new FloodGate();
    private Tally tally;
    private Segmenter segmenter;
    private MemorySegment records;

    /** @param queue of the TUN, which this loop alone reads */
    OutboundLoop(Tun tun, int queue, Peers peers, NodeAddresses own, Counters counters) {
        this.tun = tun;
        this.queue = queue;
        this.peers = peers;
        this.ownPrefix = own.ipv4();
        this.ownIpv6 = own.ipv6Addresses();
        this.counters = counters;
    }

    @Override
    public void run() {
        try (Arena loopArena = Arena.ofConfined()) {
            TunReader reader = tun.reader(loopArena, queue);
            MemorySegment buffer = prepare(loopArena);
            long waits = 0;
            int length = reader.read(buffer, READ_AT, READ_BYTES);
            while (length != TunReader.CLOSED) {
                tally.set(Traffic.TUN_READER_WAKE_UPS, reader.wakeUps());
                if (reader.wakeUps() != waits) {
                    waits = reader.wakeUps();
                    caughtUp();
                }
                forward(buffer, length);
                length = reader.read(buffer, READ_AT, READ_BYTES);
            }
        } finally {
            counters.traffic().close(tally);
        }
    }

    /** Makes what {@link #forward} needs, and the buffer into which a packet is read at {@link #PACKET_AT}. */
    MemorySegment prepare(Arena loopArena) {
        // A new one whenever the loop starts anew, as its reader is.
        tally = counters.traffic().open();
        segmenter = new Segmenter(loopArena);
        records = loopArena.allocate(RECORDS_BYTES, 64);
        return loopArena.allocate(PACKET_AT + PACKET_BYTES + Session.TAILROOM_BYTES, 64);
    }

    /** Says that the TUN was empty before the packet that comes next. */
    void caughtUp() {
        gate.caughtUp();
    }

    /**
     * Sends one packet or super-packet to the peer it is for, or counts why not (paper rows P60 to P63). It lies at
     * {@link #PACKET_AT}, its {@link VirtioNetHeader} before it.
     */
    void forward(MemorySegment buffer, int length) {
        countRead(buffer, length);
        int version = length == 0 ? 0 : Ipv4.version(buffer, PACKET_AT);
        if (version != Ipv4.VERSION) {
            forwardIpv6(version, buffer, length);
            return;
        }
        if (!Ipv4.isComplete(buffer, PACKET_AT, length)) {
            counters.count(DropReason.OUTBOUND_MALFORMED);
            return;
        }
        int destination = Ipv4.destination(buffer, PACKET_AT);
        Peer peer = peers.table().byVirtualAddress(destination);
        if (peer == null) {
            counters.count(whyNoPeer(destination));
            return;
        }
        send(peer, buffer, length);
    }

    private void forwardIpv6(int version, MemorySegment buffer, int length) {
        if (version != Ipv6.VERSION || ownIpv6.isEmpty()) {
            // The kernel sends IPv6 router solicitations into every new device.
            counters.count(DropReason.OUTBOUND_NOT_IPV4);
            return;
        }
        if (!Ipv6.isComplete(buffer, PACKET_AT, length)) {
            counters.count(DropReason.OUTBOUND_MALFORMED);
            return;
        }
        long high = Ipv6.destinationHigh(buffer, PACKET_AT);
        long low = Ipv6.destinationLow(buffer, PACKET_AT);
        Peer peer = peers.table().byVirtualIpv6(high, low);
        if (peer == null) {
            counters.count(whyNoIpv6Peer(high, low));
            return;
        }
        send(peer, buffer, length);
    }

    private void countRead(MemorySegment buffer, int length) {
        tally.add(Traffic.TUN_READS, 1);
        tally.add(Traffic.TUN_READ_BYTES, length);
        if (VirtioNetHeader.gsoType(buffer, READ_AT) != VirtioNetHeader.GSO_NONE) {
            tally.add(Traffic.TUN_READ_SUPER_PACKETS, 1);
        }
    }

    private void send(Peer peer, MemorySegment buffer, int length) {
        if (!gate.admits(buffer, PACKET_AT, length, System.nanoTime())) {
            counters.count(DropReason.OUTBOUND_FLOOD);
            return;
        }
        Session session = peer.session();
        boolean isReady = session != null && session.mayTransmit();
        int count = segmenter.begin(buffer, PACKET_AT, length, READ_AT, isReady && session.leavesChecksumsPartial());
        if (count == Segmenter.CONTRADICTION) {
            counters.count(DropReason.OUTBOUND_MALFORMED);
            return;
        }
        if (!isReady) {
            keep(peer, buffer, count);
            return;
        }
        Session.Result result = transmit(session, buffer, length, count);
        Session newer = peer.session();
        if (result == Session.Result.NOT_READY
                && newer != null
                && newer.leavesChecksumsPartial() == session.leavesChecksumsPartial()) {
            // The session was superseded and closed just now; nothing of the packet has been touched.
            result = transmit(newer, buffer, length, count);
        }
        if (result == Session.Result.NOT_READY) {
            // The packet is as it was read, or finished already. Which session will carry it, nobody knows: finish its
            // checksums.
            keep(peer, buffer, segmenter.begin(buffer, PACKET_AT, length, READ_AT, false));
        } else if (result == Session.Result.FAILED) {
            counters.count(DropReason.OUTBOUND_SEND_FAILED);
        }
    }

    /** A packet of its own is sealed where it is; segments lie too close together for that. */
    private Session.Result transmit(Session session, MemorySegment buffer, int length, int count) {
        return count == 1
                ? session.transmit(queue, buffer, PACKET_AT, length)
                : session.transmit(queue, segmenter, count, buffer, records);
    }

    private void keep(Peer peer, MemorySegment buffer, int count) {
        for (int i = 0; i < count; i++) {
            segmenter.next();
            if (!peer.keep(buffer, segmenter.segmentAt(), segmenter.segmentLength())) {
                counters.count(DropReason.OUTBOUND_PENDING_FULL);
            }
        }
        peer.wake();
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
