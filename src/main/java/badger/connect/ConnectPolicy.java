package badger.connect;

/**
 * When a node opens its sessions (paper row P52).
 *
 * @param onDemandAbove with {@link When#AUTO}: with more peers than this, sessions are opened on demand
 * @param eagerBelow with {@link When#AUTO}: with fewer peers than this, sessions are opened at once again; between the
 *     two numbers nothing changes
 */
public record ConnectPolicy(When when, int onDemandAbove, int eagerBelow) {
    /** When a session with a peer is opened. */
    public enum When {
        /** At once while there are few peers, and on demand when there are many. */
        AUTO,
        /** When the map names the peer. */
        EAGER,
        /** When there is a packet for the peer. */
        ON_DEMAND
    }

    /**
     * 256 sessions cost a small machine little. The distance to {@link #FEW} lets a peer leave and return without a
     * change.
     */
    private static final int MANY = 256;

    private static final int FEW = 200;

    public static final ConnectPolicy DEFAULT = of(When.AUTO);

    public static ConnectPolicy of(When when) {
        return new ConnectPolicy(when, MANY, FEW);
    }
}
