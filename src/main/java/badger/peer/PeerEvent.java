package badger.peer;

/**
 * One decision on the way to a peer, or a reason for one.
 *
 * @param atNanos when, as {@link System#nanoTime} counts it
 * @param detail addresses, or a reason; may be empty
 */
public record PeerEvent(long atNanos, Kind kind, String detail) {
    /** The kinds; their names, in lower case, are the reason codes of {@code badger explain}. */
    public enum Kind {
        /** The map named other addresses of the peer than before, or the first ones. */
        CANDIDATES,
        /** A series of punches began, to the candidates. */
        PUNCHING,
        /** The peer has asked, by way of IEX, that this node punch. */
        KNOCKED,
        /** This node began a handshake as client. */
        CALLING,
        /** The first datagram from the peer's side of that handshake came. */
        ANSWERED,
        /** That handshake failed. */
        CALL_FAILED,
        /** The peer has begun a handshake as client, and its address is proven. */
        CALLED,
        /** There has been no session for some time, although both sides punch; with the reason. */
        UNREACHABLE,
        /** There is a session. */
        CONNECTED,
        /** Another path to a connected peer is tried out, or the one in use because of silence. */
        CHALLENGING,
        /** A path that was tried out works in both directions. */
        VALIDATED,
        /** The sessions send to another endpoint from now on. */
        MOVED,
        /** This node sends from another port now, since the attempts from the one before had no result. */
        OTHER_PORT,
        /** This host has another address now, and the sessions send from it. */
        REOPENED,
        /** The largest packet that the path is assumed to carry has changed. */
        MTU,
        /** The peer has not answered what was sent to it. */
        SILENT,
        /** The session has carried no packet for so long that this node, which opens them on demand, closes it. */
        IDLE,
        /** No session is wanted: nothing is done until there is a packet for the peer, or it knocks or calls. */
        DORMANT,
        /** A session with a dormant peer is wanted now. */
        WANTED,
        /** The session's key is old, or has sealed half of what it may: this node calls for a new one. */
        RENEWING,
        /** The session was given up: the peer was silent, or its key may be used no longer. */
        GIVEN_UP,
        /** There is no session any more: this node has given it up, or the peer has ended it. */
        ENDED
    }
}
