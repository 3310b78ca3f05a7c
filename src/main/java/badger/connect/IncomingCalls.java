package badger.connect;

import badger.counter.DropReason;
import badger.handshake.Association;
import badger.handshake.CookieGate;
import badger.handshake.HandshakeFailure;
import badger.handshake.HandshakeSettings;
import badger.handshake.Handshakes;
import badger.handshake.VerifiedHello;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerTable;
import badger.record.RecordRoute;
import badger.record.RecordRouter;
import badger.record.Role;
import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers ClientHellos: first with a stateless cookie, then, if the client returns it, with a handshake on a virtual
 * thread of its own. Only the end of a handshake tells which peer it is with: the client proves that it holds the key
 * of an identity. Until then a handshake is found by its endpoint. Any thread may call.
 */
public final class IncomingCalls {
    /**
     * Handshakes that may be under way at once, in all and for one address (reliability: handshake floods). Each
     * endpoint of the map is allowed one handshake on top of that, so that strangers cannot keep the mesh's own nodes
     * out.
     */
    static final int MAX_PENDING = 256;

    static final int MAX_PENDING_PER_ADDRESS = 8;

    /** A client that the map does not name yet waits for 20 looks at it, 50 ms apart. */
    private static final int MAP_LOOKS = 20;

    private static final long MAP_LOOK_MILLIS = 50;
    private static final long TELL_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final System.Logger LOG = System.getLogger(IncomingCalls.class.getName());

    /** Takes over the association of a peer. Called on the association's thread. */
    @FunctionalInterface
    public interface Accepted {
        void accepted(Peer peer, Association association, Endpoint endpoint, long startedNanos);
    }

    private final ConcurrentHashMap<Endpoint, Association> pending = new ConcurrentHashMap<>();
    private final CookieGate cookies = new CookieGate();
    private final NodeContext node;
    private final Handshakes handshakes;
    private final HandshakeSettings settings;
    private final Accepted receiver;
    private final AtomicLong toldNanos;
    private volatile boolean isClosed;

    public IncomingCalls(NodeContext node, Handshakes handshakes, HandshakeSettings settings, Accepted receiver) {
        this.node = node;
        this.handshakes = handshakes;
        this.settings = settings;
        this.receiver = receiver;
        this.toldNanos = new AtomicLong(node.nanoTime() - TELL_EVERY_NANOS);
    }

    /**
     * Takes a datagram from an endpoint that belongs to no peer. It may begin a handshake or continue one, nothing
     * else.
     */
    public void stranger(MemorySegment buffer, long at, int length, Endpoint source) {
        long end = at + length;
        for (long recordAt = at; recordAt < end; ) {
            int recordLength = RecordRouter.recordLength(buffer, recordAt, end);
            RecordRoute route = RecordRouter.route(buffer, recordAt, recordLength);
            if (route == RecordRoute.CLIENT_HELLO) {
                clientHello(buffer, recordAt, recordLength, source);
            } else if (!isForHandshake(route) || !offer(source, buffer, recordAt, recordLength)) {
                node.counters().count(DropReason.INBOUND_UNKNOWN_SOURCE);
            }
            if (recordLength < 0) {
                return;
            }
            recordAt += recordLength;
        }
    }

    private static boolean isForHandshake(RecordRoute route) {
        return route == RecordRoute.CONTROL
                || route == RecordRoute.CONNECTION_ID
                || route == RecordRoute.PLAINTEXT_ALERT;
    }

    /**
     * Answers a hello with a cookie, or with a handshake if it brings the cookie back.
     *
     * @return whether the hello's source is proven, and its handshake is under way
     */
    public boolean clientHello(MemorySegment buffer, long recordAt, int recordLength, Endpoint source) {
        Association.FlightSender toSource =
                (flight, at, length) -> node.mainSender().send(flight, at, length, source);
        VerifiedHello hello = cookies.verify(key(source), buffer, recordAt, recordLength, toSource);
        if (hello == null) {
            node.counters().count(DropReason.INBOUND_COOKIE_SENT);
            return false;
        }
        Association earlier = pending.get(source);
        if (earlier != null && earlier.answers(hello)) {
            // The client repeats its hello, because it has not received our flight.
            offer(source, buffer, recordAt, recordLength);
            return true;
        }
        if (earlier == null && !hasRoom(source)) {
            node.counters().count(DropReason.INBOUND_TOO_MANY_HANDSHAKES);
            return false;
        }
        long startedNanos = node.nanoTime();
        Association association = handshakes.accept(settings, hello, toSource, new Association.Listener() {
            @Override
            public void established(Association done) {
                remove(source, done);
                assign(done, source, startedNanos);
            }

            @Override
            public void failed(Association failed, HandshakeFailure reason) {
                remove(source, failed);
                tell(source, reason);
            }

            @Override
            public void closed(Association closed) {
                Peer peer = peerOf(closed, source);
                if (peer != null) {
                    peer.sessionEnded();
                }
            }
        });
        pending.put(source, association);
        if (association.isEnded()) {
            remove(source, association);
        }
        if (earlier != null) {
            earlier.close();
        }
        return true;
    }

    /** Hands a record to the handshake that is under way with {@code source}. @return false if there is none */
    public boolean offer(Endpoint source, MemorySegment buffer, long recordAt, int recordLength) {
        Association found = pending.get(source);
        if (found == null || !RecordRouter.side(buffer, recordAt).includes(Role.SERVER)) {
            return false;
        }
        if (!found.offer(buffer, recordAt, recordLength)) {
            node.counters().count(DropReason.INBOUND_CONTROL_REFUSED);
        }
        return true;
    }

    public void close() {
        isClosed = true;
        pending.values().forEach(Association::close);
    }

    /** Logs what the user can mend; at most one line in five seconds, since strangers can cause these. */
    private void tell(Endpoint source, HandshakeFailure reason) {
        boolean isNormal = reason == HandshakeFailure.TIMEOUT
                || reason == HandshakeFailure.CLOSED
                || reason == HandshakeFailure.CLOSED_BY_PEER;
        long now = node.nanoTime();
        long then = toldNanos.get();
        if (!isNormal && !isClosed && now - then > TELL_EVERY_NANOS && toldNanos.compareAndSet(then, now)) {
            LOG.log(System.Logger.Level.WARNING, "handshake from {0} failed: {1}", source, reason.sentence());
        }
    }

    private void assign(Association association, Endpoint source, long startedNanos) {
        Peer peer = awaitPeer(association, source);
        if (peer == null || isClosed) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} completed a handshake as \"{1}\", which is no node of the map: closed",
                    source,
                    printable(association.peerIdentity()));
            association.discard();
            return;
        }
        receiver.accepted(peer, association, source, startedNanos);
    }

    /**
     * Finds the peer, and waits a while if this node's map does not name it yet: the client may have received the map
     * earlier and called at once. The association's last flight waits meanwhile, so that the client does not begin
     * before this node can answer it.
     */
    private Peer awaitPeer(Association association, Endpoint source) {
        Peer peer = peerOf(association, source);
        try {
            for (int i = 0; i < MAP_LOOKS && peer == null && !isClosed; i++) {
                node.clock().sleep(TimeUnit.MILLISECONDS.toNanos(MAP_LOOK_MILLIS));
                peer = peerOf(association, source);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        return peer;
    }

    /** The identity names the peer (paper row P54). A foreign client's identity may not, and then its endpoint does. */
    private Peer peerOf(Association association, Endpoint source) {
        PeerTable table = node.directory().table();
        if (RelayEndpoint.isOne(source)) {
            // IEX says which peer sent these datagrams, and the identity has to agree.
            Peer relayed = table.byVirtualAddress(RelayEndpoint.virtualAddress(source));
            return relayed != null && relayed.toString().equals(association.peerIdentity()) ? relayed : null;
        }
        OptionalInt stated = Ipv4Prefix.parseAddress(association.peerIdentity());
        return stated.isPresent()
                ? table.byVirtualAddress(stated.getAsInt())
                : table.byEndpoint(source.high(), source.low(), source.port());
    }

    private boolean hasRoom(Endpoint source) {
        PeerTable table = node.directory().table();
        Peer known = RelayEndpoint.isOne(source)
                ? table.byVirtualAddress(RelayEndpoint.virtualAddress(source))
                : table.byEndpoint(source.high(), source.low(), source.port());
        if (known != null) {
            return true;
        }
        if (pending.size() >= MAX_PENDING) {
            return false;
        }
        int fromAddress = 0;
        for (Endpoint each : pending.keySet()) {
            if (each.hasSameAddress(source)) {
                fromAddress++;
            }
        }
        return fromAddress < MAX_PENDING_PER_ADDRESS;
    }

    private void remove(Endpoint source, Association association) {
        boolean _ = pending.remove(source, association);
    }

    private static byte[] key(Endpoint source) {
        return ByteBuffer.allocate(18)
                .putLong(source.high())
                .putLong(source.low())
                .putShort((short) source.port())
                .array();
    }

    static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
