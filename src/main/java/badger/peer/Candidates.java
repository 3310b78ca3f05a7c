package badger.peer;

import badger.udp.Endpoint;
import badger.udp.RelayEndpoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a peer may be reached, by the IEX map (paper rows P15, P45). Each endpoint is a hint until the peer has
 * answered from there.
 *
 * @param publicEndpoint where IEX saw the heartbeat come from
 * @param privateEndpoint the peer's own address in its LAN, or null
 * @param further own endpoints of the peer; mostly none, and a few at most
 */
public record Candidates(Endpoint publicEndpoint, Endpoint privateEndpoint, List<Endpoint> further) {
    /** The public endpoint, and any other that the peer was heard from. */
    private static final int FAR = 2;

    /** An endpoint without an IPv4 NAT on the way. */
    private static final int UNTRANSLATED = 1;

    /** By way of IEX: used while nothing else works. */
    private static final int RELAYED = 9;

    public Candidates {
        Objects.requireNonNull(publicEndpoint);
        further = List.copyOf(further);
    }

    public Candidates(Endpoint publicEndpoint, Endpoint privateEndpoint) {
        this(publicEndpoint, privateEndpoint, List.of());
    }

    /**
     * Each endpoint to try, once: first those of a LAN, then those of IPv6, then the one that IEX saw. The nearest
     * answers first.
     */
    public List<Endpoint> endpoints() {
        Set<Endpoint> result = new LinkedHashSet<>();
        if (privateEndpoint != null) {
            result.add(privateEndpoint);
        }
        further.stream().filter(each -> !isGlobalIpv6(each)).forEach(result::add);
        further.stream().filter(Candidates::isGlobalIpv6).forEach(result::add);
        result.remove(publicEndpoint);
        result.add(publicEndpoint);
        return new ArrayList<>(result);
    }

    /** 2000::/3 (RFC 4291, section 2.4). */
    private static boolean isGlobalIpv6(Endpoint endpoint) {
        return endpoint.high() >>> 61 == 1;
    }

    /** How far away an endpoint is: 0 for the peer's own ones in a LAN, and more for those behind routers. */
    public int distance(Endpoint endpoint) {
        if (RelayEndpoint.isOne(endpoint)) {
            return RELAYED;
        }
        boolean isOwn = endpoint.equals(privateEndpoint) || further.contains(endpoint);
        if (!isOwn || endpoint.equals(publicEndpoint)) {
            return FAR;
        }
        return isGlobalIpv6(endpoint) && !endpoint.equals(privateEndpoint) ? UNTRANSLATED : 0;
    }

    /** The endpoints, separated by commas. */
    @Override
    public String toString() {
        return text(endpoints());
    }

    /** These endpoints, separated by commas. */
    public static String text(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(", "));
    }
}
