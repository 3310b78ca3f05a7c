package badger.peer;

/** What a peer's thread looks at again when its time has come; the names in its {@link badger.time.Deadlines}. */
public enum PeerTimer {
    /** Something was told to the thread from outside: everything is looked at. */
    LOOK,
    /** Packets came, and are looked after when no more have come for a while. */
    PACKETS,
    /** A kept packet may have waited too long. */
    KEPT_PACKETS,
    /** A session holds back, or others than the current one are listened to. */
    UNSETTLED,
    /** Nothing may have been sent for so long that a keep-alive is due. */
    KEEP_ALIVE,
    /** Packets may have ceased to come, or an answer to them may be owed. */
    FLOW,
    /** A knock or a call of the peer's has not led to a session. */
    INVITATION,
    /** The next punch of a series. */
    PUNCH,
    /** The next call. */
    CALL,
    /** A call that nobody has answered gives its slot back. */
    CALL_SLOT,
    /** It is said why the peer cannot be reached. */
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
