package badger.connect;

/** Whether this node opens sessions on demand now, by {@link ConnectPolicy} and the number of its peers. Any thread. */
public final class ConnectMode {
    private static final System.Logger LOG = System.getLogger(ConnectMode.class.getName());

    private final ConnectPolicy policy;
    private volatile boolean areMany;

    public ConnectMode(ConnectPolicy policy) {
        this.policy = policy;
    }

    /** @param peers how many there are now */
    public boolean isOnDemand(int peers) {
        return switch (policy.when()) {
            case EAGER -> false;
            case ON_DEMAND -> true;
            case AUTO -> {
                if (areMany ? peers < policy.eagerBelow() : peers > policy.onDemandAbove()) {
                    change(!areMany, peers);
                }
                yield areMany;
            }
        };
    }

    private synchronized void change(boolean toMany, int peers) {
        if (areMany != toMany) {
            areMany = toMany;
            LOG.log(
                    System.Logger.Level.INFO,
                    "connect={0} peers={1}",
                    toMany ? "on-demand" : "eager",
                    Integer.toString(peers));
        }
    }
}
