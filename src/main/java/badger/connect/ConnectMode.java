package badger.connect;

/**
 * Whether this node opens sessions on demand now, by {@link ConnectPolicy} and the number of its peers. Any thread may
 * read it or report a new number.
 */
public final class ConnectMode {
    private static final System.Logger LOG = System.getLogger(ConnectMode.class.getName());

    private final ConnectPolicy policy;
    private volatile boolean isOnDemand;

    public ConnectMode(ConnectPolicy policy) {
        this.policy = policy;
        this.isOnDemand = policy.when() == ConnectPolicy.When.ON_DEMAND;
    }

    public boolean isOnDemand() {
        return isOnDemand;
    }

    /** Decides anew, by the number of peers that there are now. */
    public synchronized void update(int peers) {
        boolean isChanging = policy.when() == ConnectPolicy.When.AUTO
                && (isOnDemand ? peers < policy.eagerBelow() : peers > policy.onDemandAbove());
        if (isChanging) {
            isOnDemand = !isOnDemand;
            LOG.log(
                    System.Logger.Level.INFO,
                    "connect={0} peers={1}",
                    isOnDemand ? "on-demand" : "eager",
                    Integer.toString(peers));
        }
    }
}
