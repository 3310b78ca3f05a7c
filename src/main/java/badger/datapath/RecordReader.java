package badger.datapath;

import badger.connect.Connector;
import badger.connect.IncomingCalls;
import badger.connect.PeerController;
import badger.counter.Counters;
import badger.counter.DropReason;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.handshake.Association;
import badger.memory.PacketRing;
import badger.path.PathChooser;
import badger.path.PathMtu;
import badger.peer.Peer;
import badger.record.HandshakeSide;
import badger.record.RecordProtection;
import badger.record.RecordRoute;
import badger.record.RecordRouter;
import badger.record.Role;
import badger.session.Session;
import badger.session.SessionSet;
import badger.udp.Endpoint;
import badger.wire.DtlsRecord;
import badger.wire.PathMessage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Takes a peer's datagrams apart: application data is opened and goes to the TUN, everything else to the handshakes it
 * may belong to. Used by the peer's thread.
 */
final class RecordReader {
    private final PacketRing inbox;
    private final SessionSet sessions;
    private final Connector connector;
    private final PathChooser paths;
    private final PathMtu mtu;
    private final IncomingCalls incomingCalls;
    private final InboundGate gate;
    private final Counters counters;
    private final Tally tally;
    private final MemorySegment copy;
    private long nowNanos;
    private int recordsOpened;
    private int openedBytes;
    private boolean hasNews;

    /** @param gate of the same peer; it brings the counts, too */
    RecordReader(Peer peer, PeerController controller, IncomingCalls incomingCalls, InboundGate gate, Arena loopArena) {
        this.inbox = peer.inbox();
        this.sessions = controller.sessions();
        this.connector = controller.connector();
        this.paths = controller.paths();
        this.mtu = controller.mtu();
        this.incomingCalls = incomingCalls;
        this.gate = gate;
        this.counters = gate.counters();
        this.tally = gate.tally();
        this.copy = loopArena.allocate(PeerLoop.DATAGRAM_BYTES, 64);
    }

    /** Sets the time at which everything is taken to have come that is read until the next call. */
    void startRound(long roundNanos) {
        nowNanos = roundNanos;
        gate.startRound(roundNanos);
    }

    /**
     * Reads every record of {@code [at, at + length)}, which is overwritten.
     *
     * @param source where the datagram came from, or null if the inbox knows
     */
    void read(MemorySegment datagram, long at, int length, Endpoint source) {
        if (!DatagramRouter.isDtls(datagram, at, length)) {
            counters.count(DropReason.INBOUND_PUNCH);
            return;
        }
        long end = at + length;
        for (long recordAt = at; recordAt < end; ) {
            int recordLength = RecordRouter.recordLength(datagram, recordAt, end);
            RecordRoute route = RecordRouter.route(datagram, recordAt, recordLength);
            switch (route) {
                case DATA -> openData(datagram, recordAt, recordLength, source);
                case CONNECTION_ID -> openNamed(datagram, recordAt, recordLength, source);
                default -> readOther(route, datagram, recordAt, recordLength, source);
            }
            if (recordLength < 0) {
                return;
            }
            recordAt += recordLength;
        }
    }

    private void readOther(
            RecordRoute route, MemorySegment datagram, long recordAt, int recordLength, Endpoint source) {
        switch (route) {
            case CONTROL -> control(datagram, recordAt, recordLength, sourceOf(source));
            case CLIENT_HELLO -> {
                Endpoint from = sourceOf(source);
                // Only one that has returned the cookie: anybody can forge the others, and hold a call back so.
                if (incomingCalls.clientHello(datagram, recordAt, recordLength, from)) {
                    connector.helloSeen(nowNanos);
                    hasNews = true;
                }
            }
            case PLAINTEXT_ALERT -> alert(datagram, recordAt, recordLength, sourceOf(source));
            default -> counters.count(route.dropReason());
        }
    }

    /** Returns, and resets, whether anything but packets on the path in use was accepted. */
    boolean takeNews() {
        boolean has = hasNews;
        hasNews = false;
        return has;
    }

    /** Everything that waited has been read. */
    void caughtUp() {
        gate.caughtUp();
    }

    /** Ends the use of everything that was read: packets that still wait for a neighbour go to the TUN. */
    void flush() {
        gate.flush();
        if (recordsOpened > 0) {
            tally.add(Traffic.RECORDS_OPENED, recordsOpened);
            tally.add(Traffic.OPENED_BYTES, openedBytes);
            recordsOpened = 0;
            openedBytes = 0;
        }
    }

    /** Where the datagram came from: as said, or else as the inbox knows. */
    private Endpoint sourceOf(Endpoint said) {
        return said != null ? said : new Endpoint(inbox.tagHigh(), inbox.tagLow(), inbox.tagPort());
    }

    private void openData(MemorySegment datagram, long recordAt, int recordLength, Endpoint source) {
        Session current = sessions.current();
        if (current == null) {
            counters.count(DropReason.INBOUND_NO_SESSION);
            return;
        }
        if (recordLength > copy.byteSize()) {
            // RFC 6347, section 4.1: a record is at most 2^14 bytes and its overhead long, and ours are much shorter.
            counters.count(DropReason.INBOUND_NOT_DTLS);
            return;
        }
        List<Session> older = sessions.older();
        if (older.isEmpty()) {
            deliver(current, datagram, recordAt, current.open(datagram, recordAt, recordLength), source);
            return;
        }
        // Only trying tells under which keys a record without a connection ID was sealed; those that have one refuse it
        // at the first glance.
        Session session = current;
        int length = current.open(datagram, recordAt, recordLength, copy);
        for (int i = 0; i < older.size() && length < 0; i++) {
            session = older.get(i);
            length = session.open(datagram, recordAt, recordLength, copy);
        }
        deliver(session, copy, 0, length, source);
        gate.flush();
    }

    /** The record names its session (RFC 9146), so that there is none to be tried. */
    private void openNamed(MemorySegment datagram, long recordAt, int recordLength, Endpoint source) {
        Session named = sessions.byConnectionId(DtlsRecord.connectionId(datagram, recordAt));
        if (named != null) {
            deliver(named, datagram, recordAt, named.open(datagram, recordAt, recordLength), source);
            return;
        }
        if (!offerToHandshakes(datagram, recordAt, recordLength, sourceOf(source))) {
            counters.count(DropReason.INBOUND_BAD_CONNECTION_ID);
        }
    }

    private void deliver(Session session, MemorySegment datagram, long recordAt, int length, Endpoint source) {
        if (length < 0) {
            DropReason reason = RecordProtection.dropReason(length);
            if (reason == null) {
                hasNews = true;
            } else {
                counters.count(reason);
            }
            return;
        }
        session.heard(nowNanos);
        recordsOpened++;
        openedBytes += length;
        long packetAt = recordAt + session.packetOffset();
        boolean isFromPath = isFromPath(session, source);
        if (isFromPath) {
            paths.heardOnPath(nowNanos);
        }
        boolean isPacket = PathMessage.isPacket(datagram, packetAt, length);
        if (!isFromPath || !isPacket) {
            hasNews = true;
            readAside(datagram, packetAt, length, source, isFromPath);
        }
        if (isPacket) {
            session.heardPacket(nowNanos);
            int largest = session.path().largestTcpPacket();
            gate.deliver(datagram, packetAt, length, session.leavesChecksumsPartial(), largest);
        }
    }

    /**
     * What an authentic record means beside its packet, where it has none or comes from elsewhere than the path in use.
     */
    private void readAside(MemorySegment datagram, long packetAt, int length, Endpoint source, boolean isFromPath) {
        if (PathMessage.isOne(datagram, packetAt, length)) {
            if (!paths.message(datagram, packetAt, length, sourceOf(source), nowNanos)
                    && !mtu.message(datagram, packetAt, length, nowNanos)) {
                counters.count(DropReason.INBOUND_MALFORMED_PACKET);
            }
        } else if (!isFromPath) {
            paths.heardFrom(sourceOf(source), nowNanos);
        }
    }

    /** Whether a datagram came from where the session sends. For every record, so without an object for the source. */
    private boolean isFromPath(Session session, Endpoint source) {
        Endpoint used = session.path().endpoint();
        if (source != null) {
            return source.equals(used);
        }
        return inbox.tagLow() == used.low() && inbox.tagPort() == used.port() && inbox.tagHigh() == used.high();
    }

    /** Hands a record to every association that may have to do with it; each drops what it cannot authenticate. */
    private void control(MemorySegment datagram, long recordAt, int recordLength, Endpoint source) {
        boolean isTaken = incomingCalls.offer(source, datagram, recordAt, recordLength);
        HandshakeSide side = RecordRouter.side(datagram, recordAt);
        Association calling = connector.calling();
        if (calling != null && side.includes(Role.CLIENT)) {
            connector.answeredFrom(source, nowNanos);
            isTaken |= offer(calling, datagram, recordAt, recordLength);
        }
        isTaken |= offerTo(sessions.current(), side, datagram, recordAt, recordLength);
        for (Session each : sessions.older()) {
            isTaken |= offerTo(each, side, datagram, recordAt, recordLength);
        }
        hasNews |= isTaken;
        if (!isTaken) {
            counters.count(DropReason.INBOUND_NO_SESSION);
        }
    }

    /**
     * An alert in the clear can be anybody's. It may end a handshake, which is tried again anyway, and tells its user
     * why it failed; a session never hears of it.
     */
    private void alert(MemorySegment datagram, long recordAt, int recordLength, Endpoint source) {
        if (!offerToHandshakes(datagram, recordAt, recordLength, source)) {
            counters.count(DropReason.INBOUND_PLAINTEXT_ALERT);
        }
    }

    /** @return whether any handshake is under way, be it for this record or not */
    private boolean offerToHandshakes(MemorySegment datagram, long recordAt, int recordLength, Endpoint source) {
        boolean isTaken = incomingCalls.offer(source, datagram, recordAt, recordLength);
        Association calling = connector.calling();
        if (calling != null) {
            isTaken |= offer(calling, datagram, recordAt, recordLength);
        }
        hasNews |= isTaken;
        return isTaken;
    }

    private boolean offerTo(
            Session session, HandshakeSide side, MemorySegment datagram, long recordAt, int recordLength) {
        // In clear, an established association has only its peer's repeated last flight to expect, until data proves
        // that the peer has got through.
        boolean isClear = DtlsRecord.epoch(datagram, recordAt) == 0;
        boolean isWanted =
                session != null && side.includes(session.association().role()) && !(isClear && session.hasHeardData());
        return isWanted && offer(session.association(), datagram, recordAt, recordLength);
    }

    private boolean offer(Association association, MemorySegment datagram, long recordAt, int recordLength) {
        if (!association.offer(datagram, recordAt, recordLength)) {
            counters.count(DropReason.INBOUND_CONTROL_REFUSED);
        }
        return true;
    }
}
