package badger.peer;

/** What a peer's thread looks at when its time has come; the names in its {@link badger.time.Deadlines}. */
public enum PeerTimer {
    /** The thread was told something from outside: it looks at everything. */
    LOOK,
    /** Packets came; the look after them is due once no more have come for a while. */
    PACKETS,
    /** A kept packet may have waited too long. */
    KEPT_PACKETS,
    /** A session holds back, or earlier sessions still receive. */
    UNSETTLED,
    /** Nothing may have been sent for long enough that a keep-alive is due. */
    KEEP_ALIVE,
    /** Packets may have stopped, or an answer to them may be due. */
    FLOW,
    /** A knock or a call of the peer has led to no session. */
    INVITATION,
    /** The next punch of a series. */
    PUNCH,
    /** The next call. */
    CALL,
    /** A call without an answer gives its slot back. */
    CALL_SLOT,
    /** The user is told why the peer cannot be reached. */
    UNREACHABLE,
    /** The node may take another port. */
    OTHER_PORT,
    /** Nearer endpoints are tried. */
    NEARER_PATH,
    /** A path under trial wants a challenge, or is over. */
    PATH_TRIAL,
    /** Probes of the path MTU. */
    MTU
}
