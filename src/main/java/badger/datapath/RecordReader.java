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
 * Takes a peer's datagrams apart. Application data is opened and goes to the TUN; everything else goes to the
 * handshakes that it may belong to. Used by the peer's thread.
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

    /** @param gate of the same peer; it also has the counters */
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

    /** Sets the arrival time of everything that is read until the next call. */
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
                // Only a hello that has returned the cookie counts: anybody can forge another one, to hold a call back.
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

    /** Where the datagram came from: the given source, or else the one that the inbox knows. */
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
        // Only a trial tells which keys sealed a record without a connection ID. Sessions with connection IDs refuse it
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

    /** The record names its session (RFC 9146), so none has to be tried. */
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
     * Handles an authentic record that has no packet, or that comes from elsewhere than the path in use, apart from its
     * packet.
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

    /**
     * Whether a datagram came from where the session sends. Runs for every record, so it makes no object for the
     * source.
     */
    private boolean isFromPath(Session session, Endpoint source) {
        Endpoint used = session.path().endpoint();
        if (source != null) {
            return source.equals(used);
        }
        return inbox.tagLow() == used.low() && inbox.tagPort() == used.port() && inbox.tagHigh() == used.high();
    }

    /** Hands a record to every association that it may belong to; each drops what it cannot authenticate. */
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
     * Anybody may have sent an alert in the clear. It may end a handshake, which is tried again anyway, and tells its
     * user why the handshake failed. Sessions never receive it.
     */
    private void alert(MemorySegment datagram, long recordAt, int recordLength, Endpoint source) {
        if (!offerToHandshakes(datagram, recordAt, recordLength, source)) {
            counters.count(DropReason.INBOUND_PLAINTEXT_ALERT);
        }
    }

    /** @return whether any handshake is under way, no matter whether the record belongs to it */
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
        // In the clear, an established association expects only the repeated last flight of its peer, until data proves
        // that the peer has received this end's last flight.
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
