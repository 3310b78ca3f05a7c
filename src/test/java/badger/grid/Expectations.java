package badger.grid;

import static badger.e2e.RouterClass.CARRIER;
import static badger.e2e.RouterClass.CONE;
import static badger.e2e.RouterClass.DOUBLE;
import static badger.e2e.RouterClass.EASY;
import static badger.e2e.RouterClass.FIREWALL;
import static badger.e2e.RouterClass.HARD;
import static badger.e2e.RouterClass.NONE;
import static badger.e2e.RouterClass.OPEN;
import static badger.grid.GridCell.Outcome.DIRECT;
import static badger.grid.GridCell.Outcome.UNREACHABLE;
import static badger.grid.GridCell.ofHomes;

import badger.e2e.Lab;
import badger.e2e.NetworkNamespace;
import badger.e2e.RouterClass;
import badger.grid.GridCell.Setting;
import java.util.List;
import java.util.function.Function;

/**
 * What every pair of routers must allow, written down from RFC 4787 before any pair was tried.
 *
 * <p>IEX tells each node the other's public endpoint as it saw it itself. That endpoint holds towards the other node
 * too where the mapping is endpoint-independent (section 4.1): no NAT, easy, full cone, two easy ones in a row. A
 * filter that looks at address and port (section 5) lets the other in as soon as its own host has sent there, which
 * both do. All of these reach each other. Behind a hard NAT nobody knows the endpoint towards the other node before a
 * packet has come from it. The other side must therefore let in what comes from a port to which it has not sent: no
 * filter at all, or a full cone.
 */
final class Expectations {
    private static final String OPEN_WAY =
            "nothing is translated or filtered on one side; the other's mapping is open to it";
    private static final String PUNCHED = "endpoint-independent mappings: both endpoints are known, both sides punch";
    private static final String LET_IN = "the hard side's endpoint is unknown, but the other lets it in and learns it";
    private static final String HOPELESS =
            "the hard side's endpoint is unknown, and the other lets in only endpoints that it has sent to";

    private Expectations() {}

    /** All 21 unordered pairs of six classes, and the places where two hosts share a router. */
    static List<GridCell> all() {
        return List.of(
                ofHomes(NONE, NONE, DIRECT, OPEN_WAY),
                ofHomes(NONE, FIREWALL, DIRECT, OPEN_WAY),
                ofHomes(NONE, EASY, DIRECT, OPEN_WAY),
                ofHomes(NONE, CONE, DIRECT, OPEN_WAY),
                ofHomes(NONE, DOUBLE, DIRECT, OPEN_WAY),
                ofHomes(NONE, HARD, DIRECT, LET_IN),
                ofHomes(FIREWALL, FIREWALL, DIRECT, PUNCHED),
                ofHomes(FIREWALL, EASY, DIRECT, PUNCHED),
                ofHomes(FIREWALL, CONE, DIRECT, PUNCHED),
                ofHomes(FIREWALL, DOUBLE, DIRECT, PUNCHED),
                ofHomes(FIREWALL, HARD, UNREACHABLE, HOPELESS),
                ofHomes(EASY, EASY, DIRECT, PUNCHED),
                ofHomes(EASY, CONE, DIRECT, PUNCHED),
                ofHomes(EASY, DOUBLE, DIRECT, PUNCHED),
                ofHomes(EASY, HARD, UNREACHABLE, HOPELESS),
                ofHomes(CONE, CONE, DIRECT, PUNCHED),
                ofHomes(CONE, DOUBLE, DIRECT, PUNCHED),
                ofHomes(CONE, HARD, DIRECT, LET_IN),
                ofHomes(DOUBLE, DOUBLE, DIRECT, PUNCHED),
                ofHomes(DOUBLE, HARD, UNREACHABLE, HOPELESS),
                ofHomes(HARD, HARD, UNREACHABLE, HOPELESS),
                shared("same-lan-easy", "the private addresses", lab -> sameLan(lab, EASY)),
                shared("same-lan-hard", "the private addresses; the NAT is not asked", lab -> sameLan(lab, HARD)),
                shared(
                        "two-homes-one-carrier",
                        "two easy NATs behind one easy NAT that turns packets to its own address back (REQ-9)",
                        Expectations::oneCarrier),
                ofHomes(CARRIER, EASY, DIRECT, PUNCHED));
    }

    /**
     * The leader calls before the other has punched, and the other's router has no filter: its NAT then maps the flow
     * to another port than the one that IEX saw. Badger wants a session all the same, within ten seconds.
     */
    static List<GridCell> early() {
        return List.of(early(NONE), early(EASY));
    }

    /** The pairs that nothing but a relay connects. */
    static List<GridCell> relayed() {
        return all().stream()
                .filter(cell -> cell.expected() == UNREACHABLE)
                .map(GridCell::relayed)
                .toList();
    }

    private static GridCell early(RouterClass leader) {
        return new GridCell(
                "early-" + GridCell.word(leader),
                false,
                DIRECT,
                "one of the two can be reached where the other knows it",
                Setting.EARLY,
                lab -> List.of(lab.home(1, leader), lab.home(2, OPEN)));
    }

    private static GridCell shared(String name, String why, Function<Lab, List<NetworkNamespace>> hosts) {
        return new GridCell(name, true, DIRECT, why, Setting.PLAIN, hosts);
    }

    private static List<NetworkNamespace> sameLan(Lab lab, RouterClass routerClass) {
        return List.of(lab.home(1, routerClass), lab.host("second", "home1", "192.168.10.101/24"));
    }

    private static List<NetworkNamespace> oneCarrier(Lab lab) {
        lab.router("isp", EASY, "198.51.100.1", "100.64.0.1/10");
        lab.hairpin("isp");
        lab.routerBehind("home1", EASY, "isp", "100.64.0.11/10", "192.168.10.1/24");
        lab.routerBehind("home2", EASY, "isp", "100.64.0.12/10", "192.168.20.1/24");
        return List.of(
                lab.host("host1", "home1", "192.168.10.100/24"), lab.host("host2", "home2", "192.168.20.100/24"));
    }
}
