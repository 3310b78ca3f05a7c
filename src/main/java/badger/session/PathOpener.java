package badger.session;

import badger.udp.Endpoint;

/** Opens paths to peers. */
@FunctionalInterface
public interface PathOpener {
    /**
     * Opens a path, which the caller owns.
     *
     * @param isReplacement of a path with a socket of its own, so that the limit of those does not count
     */
    PeerPath open(Endpoint endpoint, boolean isReplacement);
}
