package badger.discovery;

/** What the thread of {@link IexLink} does when its time has come. */
enum LinkTimer {
    HEARTBEAT,
    /** The next probe of the NAT, or the end of the wait for an answer. */
    NAT_PROBE,
    /** Peers wait to be knocked at. */
    KNOCK
}
