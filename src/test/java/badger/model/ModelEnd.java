package badger.model;

import badger.connect.ConnectPolicy;
import badger.connect.PeerController;
import badger.connect.SessionTimings;
import badger.counter.Counters;
import badger.peer.Candidates;
import badger.peer.Peer;
import badger.peer.PeerEvent;
import badger.peer.PeerState;
import badger.session.Session;
import badger.testing.Packets;
import badger.udp.Endpoint;
import badger.udp.Relay;
import badger.wire.Ipv4Prefix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One node of two, without its threads: the whole life of its one peer, and what moves that peer's packets, are the
 * program's; sockets, handshakes and IEX are the model's. One thread drives both ends and the clock.
 */
public final class ModelEnd implements AutoCloseable {
    private static final int HEADER_BYTES = 20;

    private final ModelNet net;
    private final String virtualIp;
    private final String peerVirtualIp;
    private final SessionTimings timings;
    private final ConnectPolicy policy;
    private final long recordLimit;
    private final AtomicInteger openKeys = new AtomicInteger();
    private final Set<Integer> delivered = new HashSet<>();
    private final Deque<Runnable> arrivals = new ArrayDeque<>();
    private final Counters counters = new Counters();
    private final Relay relay = Relay.whereNeeded();
    private int doubled;
    private int knocks;
    private int newest;
    private Endpoint own;
    private Endpoint seen;
    private int openSockets;
    private boolean lacksMemory;
    private int lacksMet;
    private ModelLife life;

    /** Makes an end that does nothing before {@link #start}. */
    public ModelEnd(
            ModelNet net,
            String virtualIp,
            String peerVirtualIp,
            SessionTimings timings,
            ConnectPolicy policy,
            long recordLimit) {
        this.net = net;
        this.virtualIp = virtualIp;
        this.peerVirtualIp = peerVirtualIp;
        this.timings = timings;
        this.policy = policy;
        this.recordLimit = recordLimit;
        net.add(this);
    }

    /** Has this address of its own from now on, and is seen there by others. */
    public void place(Endpoint ownEndpoint, Endpoint seenEndpoint) {
        own = ownEndpoint;
        seen = seenEndpoint;
    }

    /** The program starts, and a map has told it where the other is. */
    public void start(ModelEnd other) {
        life = new ModelLife(this, net, new Candidates(other.seen, other.own));
    }

    /** The program ends and starts anew at the same place, by a crash or with a farewell. */
    public void restart(ModelEnd other, boolean saysFarewell) {
        Endpoint before = seen;
        if (!saysFarewell) {
            // What a crash sends reaches nobody.
            seen = null;
        }
        life.end();
        seen = before;
        arrivals.clear();
        start(other);
    }

    /** The NAT gives the flow another port, and tells nobody. */
    public void rebind(Endpoint newSeen) {
        seen = newSeen;
    }

    /** The host gets another address, and notices. */
    public void roam(Endpoint newOwn, Endpoint newSeen) {
        place(newOwn, newSeen);
        life.peer().post(life.controller()::networkChanged);
    }

    /** The next call, or the next socket, finds no memory. */
    public void lackMemory() {
        lacksMemory = true;
    }

    /** How often a lack of memory was met. */
    public int lacksMet() {
        return lacksMet;
    }

    boolean takeLackOfMemory() {
        boolean lacks = lacksMemory;
        lacksMemory = false;
        lacksMet += lacks ? 1 : 0;
        return lacks;
    }

    public Peer peer() {
        return life.peer();
    }

    public PeerController controller() {
        return life.controller();
    }

    public PeerState state() {
        return life.peer().state();
    }

    /** The session that is current, or null. */
    public Session session() {
        return life.controller().sessions().current();
    }

    /** The number of the association whose session is current, or 0: the same at both ends where they agree. */
    public long association() {
        return session() == null ? 0 : ((ModelAssociation) session().association()).number();
    }

    public List<PeerEvent.Kind> events() {
        List<PeerEvent.Kind> kinds = new ArrayList<>();
        life.peer().events().list().forEach(each -> kinds.add(each.kind()));
        return kinds;
    }

    /** When events of that kind were, in milliseconds since the net was made. */
    public List<Long> millisOf(PeerEvent.Kind kind) {
        List<Long> millis = new ArrayList<>();
        for (PeerEvent each : life.peer().events().list()) {
            if (each.kind() == kind) {
                millis.add(net.millis(each.atNanos()));
            }
        }
        return millis;
    }

    /** What the newest event of that kind says; empty if there is none. */
    public String newest(PeerEvent.Kind kind) {
        String detail = "";
        for (PeerEvent each : life.peer().events().list()) {
            detail = each.kind() == kind ? each.detail() : detail;
        }
        return detail;
    }

    /** Where the current session sends, or null. */
    public Endpoint sendsTo() {
        return session() == null ? null : session().path().endpoint();
    }

    public Counters counters() {
        return counters;
    }

    /** What IEX offers this end, and what the other takes: nothing as long as the test says nothing. */
    public void offerRelay(Endpoint iex) {
        boolean _ = relay.offered(iex, 1);
        life.peer().updateRelayed(true);
    }

    /** As many permits as calls may still begin. */
    public Semaphore callSlots() {
        return life.callSlots();
    }

    /** How often this end has knocked at the other. */
    public int knocks() {
        return knocks;
    }

    /** Sends a packet with that number to the other end, or keeps it, as the program decides. */
    public void send(int number) {
        life.dataPath().send(Packets.ipv4(virtualIp, peerVirtualIp, Integer.toString(number)));
    }

    /** Whether the packet of that number has come. */
    public boolean hasReceived(int number) {
        return delivered.contains(number);
    }

    /** Whether a packet has come whose number is larger. */
    public boolean hasReceivedSince(int number) {
        return newest > number;
    }

    /** How many packets came that had come before. */
    public int doubled() {
        return doubled;
    }

    public int openSockets() {
        return openSockets;
    }

    /** Keys that nobody has wiped. */
    public int openKeys() {
        return openKeys.get();
    }

    /** For the message of a failed test. */
    public String describe() {
        String path = session() == null ? "" : " sends to " + session().path().endpoint();
        long now = net.clock().nanoTime();
        StringBuilder text =
                new StringBuilder().append(own + " seen at " + seen + " " + state() + " " + association() + path + ":");
        life.peer()
                .events()
                .list()
                .forEach(each -> text.append(String.format(
                        "%n  %6.2f s ago %s %s", (now - each.atNanos()) / 1e9, each.kind(), each.detail())));
        return text.toString();
    }

    /** Where others see this end. */
    public Endpoint seen() {
        return seen;
    }

    public Endpoint own() {
        return own;
    }

    /** Ends the program. */
    @Override
    public void close() {
        life.end();
    }

    void round() {
        life.round(arrivals, net.clock().nanoTime());
    }

    String virtualIp() {
        return virtualIp;
    }

    String peerVirtualIp() {
        return peerVirtualIp;
    }

    SessionTimings timings() {
        return timings;
    }

    ConnectPolicy policy() {
        return policy;
    }

    long recordLimit() {
        return recordLimit;
    }

    Relay relay() {
        return relay;
    }

    AtomicInteger keys() {
        return openKeys;
    }

    void socketOpened() {
        openSockets++;
    }

    void socketClosed() {
        openSockets--;
    }

    /** A socket sends. What is bound to an address that the host has no more goes nowhere. */
    void sent(Endpoint local, Endpoint to, byte[] bytes) {
        if (seen != null && local.equals(own)) {
            net.send(this, to, bytes);
        }
    }

    /** A datagram is there, if it is still this end's address that it was sent to. */
    void arrived(Endpoint source, Endpoint target, byte[] bytes) {
        boolean isByLan = target.equals(own) && net.hasLan();
        if (isByLan || target.equals(seen)) {
            arrivals.add(() -> life.receive(bytes, source));
        }
    }

    /** The same by way of IEX, which says whose it is. */
    void arrivedByRelay(byte[] bytes) {
        arrivals.add(() -> life.receive(bytes, life.peer().relayEndpoint()));
    }

    void knocked() {
        life.peer().post(life.controller()::knocked);
    }

    void mapReceived(ModelEnd other) {
        Candidates candidates = new Candidates(other.seen, other.own);
        boolean haveChanged = !candidates.equals(life.peer().candidates());
        if (haveChanged) {
            life.peer().updateCandidates(candidates);
        }
        if (!life.peer().isDormant()) {
            life.peer().post(nowNanos -> life.controller().mapReceived(haveChanged, nowNanos));
        }
    }

    void knock() {
        knocks++;
        net.knock(this);
    }

    void takePacket(byte[] packet) {
        String text = new String(packet, HEADER_BYTES, packet.length - HEADER_BYTES, StandardCharsets.US_ASCII);
        int number = Integer.parseInt(text);
        newest = Math.max(newest, number);
        if (!delivered.add(number)) {
            doubled++;
        }
    }

    static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }
}
