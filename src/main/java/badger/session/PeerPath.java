package badger.session;

import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The way to one endpoint of a peer: a socket connected to it, so that the kernel finds the peer, or the node's main
 * socket where no socket of its own is available. Owned by the peer's thread; sessions share it.
 */
public final class PeerPath {
    /**
     * With this, what IEX relays fits an Ethernet link, frame and all. Nothing finds out what else that way would
     * carry.
     */
    private static final int LARGEST_RELAYED_PACKET = 1_400;

    private final Endpoint endpoint;
    private final UdpSocket ownSocket;
    private final UdpSocket mainSocket;
    private final Arena arena = Arena.ofShared();
    private final UdpReceiver receiver;
    private final Runnable whenClosed;
    private volatile boolean isArmed;
    private volatile int largestPacket;
    private volatile boolean isMtuSettled;
    private volatile boolean hasSentLarge;
    private volatile int largeRecordBytes = Integer.MAX_VALUE;
    private int users;
    private PathState state = PathState.VALIDATED;

    /**
     * Makes a path that closes when its last user lets go of it.
     *
     * @param ownSocket a socket connected to {@code endpoint}, closed with this path; or null to use the main one
     * @param whenClosed told when the path has closed
     */
    public PeerPath(Endpoint endpoint, UdpSocket ownSocket, UdpSocket mainSocket, Runnable whenClosed) {
        this.endpoint = endpoint;
        this.ownSocket = ownSocket;
        this.mainSocket = mainSocket;
        this.whenClosed = whenClosed;
        this.receiver = ownSocket == null ? null : ownSocket.receiver(arena);
        limit(Integer.MAX_VALUE, false);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public boolean hasOwnSocket() {
        return ownSocket != null;
    }

    /** Whether both send from the same address and port of this host; false if one of them has no socket of its own. */
    public boolean hasSameSource(PeerPath other) {
        return ownSocket != null
                && other.ownSocket != null
                && ownSocket.localEndpoint().equals(other.ownSocket.localEndpoint());
    }

    /** The reading end of the path's own socket; null where it has none. */
    public UdpReceiver receiver() {
        return receiver;
    }

    /** Sets what runs, on the poller's thread, when a datagram waits on the path's own socket. */
    public void onReadable(Runnable wakeUp) {
        if (ownSocket != null) {
            ownSocket.onReadable(() -> {
                isArmed = false;
                wakeUp.run();
            });
        }
    }

    /** Asks for one wake-up, unless one is already on its way. */
    public void arm() {
        if (ownSocket != null && !isArmed) {
            isArmed = true;
            ownSocket.armReadable();
        }
    }

    /**
     * Blocks the peer's thread, and its carrier, until a datagram waits on the path's own socket, {@link #interrupt} is
     * called, or the time is over. @return whether a datagram waits
     */
    public boolean awaitReadable(int timeoutMillis) {
        return receiver.awaitReadable(timeoutMillis);
    }

    /** Ends the current {@link #awaitReadable}, or else the next one. Any thread, also when the path has closed. */
    public void interrupt() {
        ownSocket.interrupt();
    }

    /**
     * Makes a sender for one thread at a time, usable until the path closes.
     *
     * @param ownerArena holds its native state, and is closed before the path
     */
    UdpSender newSender(Arena ownerArena) {
        return (ownSocket == null ? mainSocket : ownSocket).sender(ownerArena);
    }

    /**
     * Forbids that records are fragmented, so that a probe tells what the path carries whole; or allows it again, and
     * sends whatever comes. On the peer's thread.
     *
     * @param largeBytes the least record that makes {@link #hasSentLarge} true
     * @return whether the socket can do this
     */
    public boolean keepWhole(boolean isKeptWhole, int largeBytes) {
        boolean isPossible = ownSocket != null && ownSocket.keepWhole(isKeptWhole);
        largeRecordBytes = isPossible && isKeptWhole ? largeBytes : Integer.MAX_VALUE;
        limit(Integer.MAX_VALUE, false);
        return isPossible;
    }

    /** Sets {@link #largestPacket} and {@link #isMtuSettled}. On the peer's thread. */
    public void limit(int largestPacketBytes, boolean isSettled) {
        boolean isRelayed = RelayEndpoint.isOne(endpoint);
        largestPacket = isRelayed ? Math.min(LARGEST_RELAYED_PACKET, largestPacketBytes) : largestPacketBytes;
        isMtuSettled = isSettled || isRelayed;
    }

    /** The largest packet, in bytes, that the path is assumed to carry in one record. Any thread, for each packet. */
    public int largestPacket() {
        return largestPacket;
    }

    /** Whether {@link #largestPacket} was measured; otherwise it is a first, careful value and may soon grow. */
    public boolean isMtuSettled() {
        return isMtuSettled;
    }

    /** The limit for the packets of a new TCP connection, in bytes. */
    public int largestTcpPacket() {
        return isMtuSettled ? largestPacket : Integer.MAX_VALUE;
    }

    /** Whether a large packet was sent since {@link #forgetLarge}. */
    public boolean hasSentLarge() {
        return hasSentLarge;
    }

    public void forgetLarge() {
        hasSentLarge = false;
    }

    int send(UdpSender sender, MemorySegment from, long at, int length) {
        return ownSocket == null ? sender.send(from, at, length, endpoint) : sender.send(from, at, length);
    }

    int sendSegments(UdpSender sender, MemorySegment from, long at, int length, int segmentBytes) {
        if (segmentBytes >= largeRecordBytes && !hasSentLarge) {
            hasSentLarge = true;
        }
        return ownSocket == null
                ? sender.sendSegments(from, at, length, segmentBytes, endpoint)
                : sender.sendSegments(from, at, length, segmentBytes);
    }

    public PathState state() {
        return state;
    }

    /** On the peer's thread. */
    void change(PathState.Change change) {
        state = state.after(change);
    }

    /** A session begins to send on the path; otherwise as {@link #retain}. */
    void take() {
        change(PathState.Change.TAKEN);
        retain();
    }

    /** Keeps the path open until the matching {@link #release}. */
    public void retain() {
        users++;
    }

    /** Gives the path back; the last user closes it. */
    public void release() {
        if (--users > 0) {
            return;
        }
        change(PathState.Change.OVER);
        if (ownSocket != null) {
            ownSocket.close();
        }
        arena.close();
        whenClosed.run();
    }
}
