package badger.peer;

import badger.counter.Tallies;
import badger.memory.PacketRing;
import badger.memory.PendingPackets;
import badger.session.Session;
import badger.thread.ThreadOwner;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.RelayEndpoint;
import badger.udp.UdpReceiver;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Addresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a node knows of one other node. Mostly data: {@code PeerLoop}, the peer's virtual thread, owns its sessions and
 * reads its inbox; {@code OutboundLoop} sends on its current session; the main socket's thread fills its inbox.
 */
public final class Peer {
    /** Datagrams that may wait between the main socket and the peer's thread. */
    public static final int INBOX_SLOTS = 32;

    /** Packets that may wait for a session. */
    public static final int PENDING_SLOTS = 16;

    /** How long a packet may wait for a session. */
    public static final long PENDING_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int virtualAddress;
    private final String name;
    private final Endpoint relayEndpoint;
    private final Arena arena = Arena.ofShared();
    private final PacketRing inbox;
    private final PendingPackets pending;
    private final Object memoryLock = new Object();
    private final ConcurrentLinkedQueue<PeerTask> tasks = new ConcurrentLinkedQueue<>();
    private final ThreadOwner owner = new ThreadOwner();
    private final PeerWaker waker = new PeerWaker(owner);
    private final Tallies traffic = new Tallies();
    private final PeerEventLog events = new PeerEventLog();
    private volatile Candidates candidates;
    private volatile boolean takesRelayed;
    private volatile Ipv6Addresses virtualIpv6 = Ipv6Addresses.NONE;
    private volatile NatClass natClass = NatClass.UNKNOWN;
    private volatile String unreachable;
    private volatile PeerState state = PeerState.NAMED;
    private volatile boolean hasPunched;
    private volatile long punchedNanos;
    private volatile Session session;
    private volatile boolean isClosed;
    private volatile boolean isMemoryFreed;

    /** @param slotBytes the largest datagram in the inbox, tailroom included */
    public Peer(int virtualAddress, Candidates candidates, int slotBytes) {
        this.virtualAddress = virtualAddress;
        this.name = Ipv4Prefix.format(virtualAddress);
        this.relayEndpoint = RelayEndpoint.of(virtualAddress);
        this.candidates = candidates;
        this.inbox = new PacketRing(arena, INBOX_SLOTS, slotBytes);
        this.pending = new PendingPackets(arena, PENDING_SLOTS, slotBytes);
    }

    public int virtualAddress() {
        return virtualAddress;
    }

    public Candidates candidates() {
        return candidates;
    }

    public void updateCandidates(Candidates newCandidates) {
        candidates = newCandidates;
    }

    /** The synthetic endpoint that stands for the way through IEX to this peer. */
    public Endpoint relayEndpoint() {
        return relayEndpoint;
    }

    /** Whether the peer accepts relayed datagrams, by the map. */
    public boolean takesRelayed() {
        return takesRelayed;
    }

    public void updateRelayed(boolean isTaking) {
        takesRelayed = isTaking;
    }

    /** The peer's further addresses in the mesh. Its IPv6 packets may come only from these; read for each of them. */
    public Ipv6Addresses virtualIpv6() {
        return virtualIpv6;
    }

    /** Sets the addresses that the map names; the table finds the peer by them once it is replaced. */
    public void updateVirtualIpv6(Ipv6Addresses addresses) {
        virtualIpv6 = addresses;
    }

    /** What stands between the peer and the internet, by the map. */
    public NatClass natClass() {
        return natClass;
    }

    public void updateNatClass(NatClass newClass) {
        natClass = newClass;
    }

    /** Why the peer cannot be reached, in words for a user; null if it can be, or if it is too early to tell. */
    public String unreachable() {
        return unreachable;
    }

    /** Sets what {@link #unreachable} returns; the peer's thread only. */
    public void updateUnreachable(String reason) {
        assert owner.isCurrent();
        unreachable = reason;
    }

    /** Where its life stands. */
    public PeerState state() {
        return state;
    }

    /** Sets what {@link #state} returns; the peer's thread only, by {@code connect.PeerController}. */
    public void updateState(PeerState newState) {
        assert owner.isCurrent();
        state = newState;
    }

    /** Whether nothing is done to reach the peer, because no session with it is wanted. */
    public boolean isDormant() {
        return state == PeerState.DORMANT;
    }

    /** A punch came from one of the peer's endpoints. Any thread. */
    public void punched(long nowNanos) {
        punchedNanos = nowNanos;
        hasPunched = true;
    }

    public boolean hasPunchedSince(long nanos) {
        return hasPunched && punchedNanos - nanos >= 0;
    }

    /** The session that carries what this node sends; null while there is none. */
    public Session session() {
        return session;
    }

    /** Sets what {@link #session} returns; the peer's thread only. */
    public void useSession(Session newSession) {
        assert owner.isCurrent();
        session = newSession;
    }

    public boolean isConnected() {
        return session != null;
    }

    /** Whether there is a session on which an authentic record has come since that time. Any thread. */
    public boolean isHeardSince(long nanos) {
        Session current = session;
        return current != null && current.lastHeardNanos() - nanos > 0;
    }

    /** The traffic to and from this peer, in tallies of its sessions and its thread. */
    public Tallies traffic() {
        return traffic;
    }

    /** The newest events of this peer. */
    public PeerEventLog events() {
        return events;
    }

    /** Keeps a packet until a session can carry it. @return false if the oldest kept one, or this one, was dropped */
    public boolean keep(MemorySegment packet, long at, int length, long nowNanos) {
        synchronized (memoryLock) {
            return !isMemoryFreed && pending.add(packet, at, length, nowNanos);
        }
    }

    /** Whether a packet is kept; asked by the peer's thread. */
    public boolean hasKept() {
        return !pending.isEmpty();
    }

    /** Drops the kept packets that have waited too long; asked by the peer's thread. @return how many */
    public int dropExpired(long nowNanos) {
        return pending.dropOlderThan(nowNanos - PENDING_NANOS);
    }

    /** Takes the oldest kept packet. @return its length, or -1 if none is kept */
    public int takeKept(MemorySegment into, long at) {
        return pending.poll(into, at);
    }

    /**
     * Hands a datagram to the peer's thread. Called by the main socket's thread, and by another peer's thread for a
     * datagram that strayed to it.
     *
     * @param source the receiver that took the datagram, and so knows where it came from
     * @return false if there is no room
     */
    public boolean offer(MemorySegment datagram, long at, int length, UdpReceiver source) {
        return offer(datagram, at, length, source.sourceHigh(), source.sourceLow(), source.sourcePort());
    }

    /** As {@link #offer}, for a datagram that came by way of IEX. */
    public boolean offerRelayed(MemorySegment datagram, long at, int length) {
        return offer(datagram, at, length, relayEndpoint.high(), relayEndpoint.low(), relayEndpoint.port());
    }

    private boolean offer(MemorySegment datagram, long at, int length, long high, long low, int port) {
        boolean isTaken;
        synchronized (memoryLock) {
            isTaken = !isMemoryFreed && inbox.offer(datagram, at, length, high, low, port);
        }
        if (isTaken) {
            waker.wake();
        }
        return isTaken;
    }

    /** The thread that may touch what the peer's thread owns; for {@code assert}. */
    public ThreadOwner owner() {
        return owner;
    }

    /** What lets the peer's thread rest, and wakes it. */
    public PeerWaker waker() {
        return waker;
    }

    /** The datagrams for the peer's thread; read by that thread alone. */
    public PacketRing inbox() {
        return inbox;
    }

    /**
     * Makes the peer's thread run the task soon; once the peer is freed, discards it on the calling thread. Any thread.
     */
    public void post(PeerTask task) {
        tasks.add(task);
        if (isMemoryFreed) {
            discardTasks();
        } else {
            waker.wake();
        }
    }

    /** Makes the peer's thread look at its sessions, because one of them has ended. */
    public void sessionEnded() {
        post(nowNanos -> {});
    }

    /** Whether a posted task has not run yet. Cheap. */
    public boolean hasTasks() {
        return !tasks.isEmpty();
    }

    /** Runs the posted tasks, on the peer's thread. @return whether there were any */
    public boolean runTasks(long nowNanos) {
        assert owner.isCurrent();
        boolean hasRun = false;
        for (PeerTask task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run(nowNanos);
            hasRun = true;
        }
        return hasRun;
    }

    public boolean isClosed() {
        return isClosed;
    }

    /** Asks the peer's thread to end; that thread frees everything by {@link #free}. */
    public void close() {
        isClosed = true;
        waker.wake();
    }

    /** Frees the peer's memory and discards tasks that were posted too late, as the last act of its thread. */
    public void free() {
        synchronized (memoryLock) {
            isMemoryFreed = true;
        }
        arena.close();
        discardTasks();
    }

    private void discardTasks() {
        for (PeerTask task = tasks.poll(); task != null; task = tasks.poll()) {
            task.discard();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
