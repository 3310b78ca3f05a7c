package badger.udp;

import java.util.Locale;

/**
 * What stands between a node and the internet, in the words of RFC 4787: how a NAT maps (section 4.1) and what it, or a
 * firewall, lets in (section 5). A node finds its own out with IEX's help, and IEX tells it to the others.
 */
public enum NatClass {
    /** Not found out. */
    UNKNOWN,
    /** No translation, and whoever sends is let in. */
    NONE,
    /** No translation, but only those are let in to whose port the node has sent. */
    FIREWALL,
    /** Endpoint-independent mapping, and other ports than those that the node has sent to are let in. */
    FULL_CONE,
    /** Endpoint-independent mapping, address-and-port-dependent filtering. */
    EASY,
    /** Address-and-port-dependent mapping: another public port for every destination, whatever is let in. */
    HARD;

    /**
     * The class that observations make.
     *
     * @param isTranslated whether the node is seen under another endpoint than its own
     * @param isMappedAlike whether two destinations see the same endpoint
     * @param isOpen whether a port gets through that the node never sent to
     */
    public static NatClass of(boolean isTranslated, boolean isMappedAlike, boolean isOpen) {
        if (!isMappedAlike) {
            return HARD;
        }
        if (isTranslated) {
            return isOpen ? FULL_CONE : EASY;
        }
        return isOpen ? NONE : FIREWALL;
    }

    /** The class of that {@link #word}; {@link #UNKNOWN} for any other text, and for null. */
    public static NatClass ofWord(String word) {
        for (NatClass each : values()) {
            if (each.word().equals(word)) {
                return each;
            }
        }
        return UNKNOWN;
    }

    /** As it stands in messages and reports, such as {@code full-cone}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
