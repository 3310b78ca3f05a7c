package badger.e2e;

import java.util.Locale;

/** What the routers between a home's hosts and the internet do to their flows; lab.sh says how each class is built. */
public enum RouterClass {
    /** Forwards everything. */
    NONE,
    /** No address translation; lets in only what belongs to a flow from inside. */
    FIREWALL,
    /** As the firewall, with a NAT that keeps one public port for every destination. */
    EASY,
    /** As easy, but whoever sends to a mapped public port reaches the host. */
    CONE,
    /** As easy, without the firewall: a packet that comes too early costs the flow its port. */
    OPEN,
    /** An easy NAT behind another one. */
    DOUBLE,
    /** As the firewall, with a NAT that takes another public port for every destination. */
    HARD,
    /** An easy NAT behind the easy NAT of a carrier, with 100.64.0.0/10 between them. */
    CARRIER,
    /** An easy NAT behind the hard NAT of a carrier. */
    HARD_CARRIER;

    /** The name that lab.sh knows; of two routers in a row the one that has the LAN of the host. */
    String word() {
        return isBehindAnother() ? EASY.word() : name().toLowerCase(Locale.ROOT);
    }

    /** Whether the hosts have private addresses. */
    boolean translates() {
        return this != NONE && this != FIREWALL;
    }

    boolean isBehindAnother() {
        return this == DOUBLE || this == CARRIER || this == HARD_CARRIER;
    }

    /** The class of the router that another one is behind. */
    RouterClass upstream() {
        return this == HARD_CARRIER ? HARD : EASY;
    }
}
