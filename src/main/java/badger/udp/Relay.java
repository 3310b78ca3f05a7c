package badger.udp;

import badger.wire.RelayFrame;

/**
 * Whether, and by which server, this node may reach peers that it cannot reach directly. The control thread changes it; any
 * thread may read.
 */
public final class Relay {
    /** A server that relays, and the token that proves to it where this node is. */
    public record Offer(Endpoint iex, long token) {}

    private final boolean isWanted;
    private volatile Offer offer;

    private Relay(boolean isWanted) {
        this.isWanted = isWanted;
    }

    /** Nothing is relayed to or by this node. */
    public static Relay never() {
        return new Relay(false);
    }

    /** Whatever a server offers is used where there is no other way. */
    public static Relay whereNeeded() {
        return new Relay(true);
    }

    public boolean isWanted() {
        return isWanted;
    }

    /** What may be used now; null where nothing may. */
    public Offer offer() {
        return offer;
    }

    /** The token for the heartbeat, or {@link RelayFrame#NO_TOKEN}. */
    public long token() {
        Offer now = offer;
        return now == null ? RelayFrame.NO_TOKEN : now.token();
    }

    /**
     * The server has said what it offers.
     *
     * @param token {@link RelayFrame#NO_TOKEN} where it offers nothing
     * @return whether that is a token which it does not know this node to have yet
     */
    public boolean offered(Endpoint iex, long token) {
        Offer before = offer;
        if (!isWanted
                || (before != null && before.token() == token && before.iex().equals(iex))) {
            return false;
        }
        offer = token == RelayFrame.NO_TOKEN ? null : new Offer(iex, token);
        return offer != null;
    }

    /** Another server is asked from now on. */
    public void withdraw() {
        offer = null;
    }
}
