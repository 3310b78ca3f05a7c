package badger.peer;

import badger.udp.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Where a peer may be reached, as the IEX map says (paper rows P15, P45): a hint until the peer has answered from there.
 *
 * @param publicEndpoint what IEX saw the heartbeat come from
 * @param privateEndpoint the peer's own address in its LAN, or null
 */
public record Candidates(Endpoint publicEndpoint, Endpoint privateEndpoint) {
    /** The public endpoint, and any other that the peer was heard from. */
    private static final int FAR = 2;

    public Candidates {
        Objects.requireNonNull(publicEndpoint);
    }

    /** Every endpoint to try, the LAN's first: when both answer, the nearer answers first. */
    public List<Endpoint> endpoints() {
        List<Endpoint> result = new ArrayList<>(2);
        if (privateEndpoint != null && !privateEndpoint.equals(publicEndpoint)) {
            result.add(privateEndpoint);
        }
        result.add(publicEndpoint);
        return result;
    }

    /** How far away an endpoint is: 0 for the peer's own one in a LAN, and more for what lies behind routers. */
    public int distance(Endpoint endpoint) {
        return endpoint.equals(privateEndpoint) && !endpoint.equals(publicEndpoint) ? 0 : FAR;
    }

    /** The endpoints, with commas. */
    @Override
    public String toString() {
        return text(endpoints());
    }

    /** These endpoints, with commas. */
    public static String text(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(", "));
    }
}
