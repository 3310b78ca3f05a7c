package badger.connect;

/**
 * When a node opens its sessions (paper row P52).
 *
 * @param onDemandAbove with {@link When#AUTO}: with more peers than that, sessions are opened on demand
 * @param eagerBelow and with fewer than that at once again; between the two it stays as it was
 */
public record ConnectPolicy(When when, int onDemandAbove, int eagerBelow) {
    /** When a session with a peer is opened. */
    public enum When {
        /** As long as there are few peers, at once, else on demand. */
        AUTO,
        /** When the map names the peer. */
        EAGER,
        /** When there is a packet for the peer. */
        ON_DEMAND
    }

    /** So many sessions cost a small machine little; and a peer that leaves and comes back changes nothing. */
    private static final int MANY = 256;

    private static final int FEW = 200;

    public static final ConnectPolicy DEFAULT = of(When.AUTO);

    public static ConnectPolicy of(When when) {
        return new ConnectPolicy(when, MANY, FEW);
    }
}
