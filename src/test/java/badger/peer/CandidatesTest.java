package badger.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.udp.Endpoint;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which a peer's endpoints are tried. */
final class CandidatesTest {
    private static final Endpoint PUBLIC = endpoint("198.51.100.1");
    private static final Endpoint LAN = endpoint("192.168.10.100");
    private static final Endpoint OTHER_LAN = endpoint("192.168.20.1");
    private static final Endpoint UNIQUE_LOCAL = endpoint("fd12:3456:789a::5");
    private static final Endpoint GLOBAL = endpoint("2001:db8::5");

    @Test
    void networksComeFirstThenIpv6AndWhatIexSawLast() {
        Candidates candidates = new Candidates(PUBLIC, LAN, List.of(GLOBAL, OTHER_LAN, UNIQUE_LOCAL));
        assertEquals(List.of(LAN, OTHER_LAN, UNIQUE_LOCAL, GLOBAL, PUBLIC), candidates.endpoints());
        assertEquals(List.of(LAN, PUBLIC), new Candidates(PUBLIC, LAN).endpoints());
    }

    @Test
    void aNetworkIsNearerThanIpv6AndThatThanWhatIexSaw() {
        Candidates candidates = new Candidates(PUBLIC, LAN, List.of(GLOBAL, OTHER_LAN));
        assertEquals(0, candidates.distance(LAN));
        assertEquals(0, candidates.distance(OTHER_LAN));
        assertEquals(1, candidates.distance(GLOBAL));
        assertEquals(2, candidates.distance(PUBLIC));
        assertEquals(2, candidates.distance(UNIQUE_LOCAL));
        assertEquals(2, new Candidates(GLOBAL, null, List.of(GLOBAL)).distance(GLOBAL));
    }

    @Test
    void eachIsTriedOnce() {
        assertEquals(
                List.of(GLOBAL, PUBLIC), new Candidates(PUBLIC, PUBLIC, List.of(PUBLIC, GLOBAL, GLOBAL)).endpoints());
        assertEquals(List.of(LAN, GLOBAL), new Candidates(GLOBAL, LAN, List.of(LAN, GLOBAL)).endpoints());
        assertEquals(List.of(PUBLIC), new Candidates(PUBLIC, null).endpoints());
    }

    private static Endpoint endpoint(String address) {
        return Endpoint.of(InetAddress.ofLiteral(address), 4_400);
    }
}
