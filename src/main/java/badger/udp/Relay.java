package badger.udp;

import badger.wire.RelayFrame;

/**
 * Whether, and through which server, this node may reach peers that it cannot reach directly. The thread of the link to
 * IEX changes it; any thread may read.
 */
public final class Relay {
    /** A server that relays, and the token by which it knows that this node is at its endpoint. */
    public record Offer(Endpoint iex, long token) {}

    private final boolean isWanted;
    private volatile Offer offer;

    private Relay(boolean isWanted) {
        this.isWanted = isWanted;
    }

    /** For a node that neither sends nor takes relayed datagrams. */
    public static Relay never() {
        return new Relay(false);
    }

    /** For a node that uses a server's offer where there is no other way. */
    public static Relay whereNeeded() {
        return new Relay(true);
    }

    public boolean isWanted() {
        return isWanted;
    }

    /** The offer that may be used now; null if there is none. */
    public Offer offer() {
        return offer;
    }

    /** The token for the heartbeat, or {@link RelayFrame#NO_TOKEN}. */
    public long token() {
        Offer now = offer;
        return now == null ? RelayFrame.NO_TOKEN : now.token();
    }

    /**
     * Takes what a server offers.
     *
     * @param token {@link RelayFrame#NO_TOKEN} if it offers nothing
     * @return whether the token is new, so that the server must still learn that this node has it
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

    /** Forgets the offer, because the node asks another server from now on. */
    public void withdraw() {
        offer = null;
    }
}
