package badger.udp;

import java.util.Locale;

/**
 * What stands between a node and the internet, in the words of RFC 4787: how a NAT maps (section 4.1) and what the NAT
 * or a firewall lets in (section 5). A node finds its own class with IEX's help, and IEX tells it to the others.
 */
public enum NatClass {
    /** Not known. */
    UNKNOWN,
    /** No translation, and every sender is let in. */
    NONE,
    /** No translation, but a sender is let in only if the node has sent to its port. */
    FIREWALL,
    /** Endpoint-independent mapping, and ports that the node has never sent to are let in too. */
    FULL_CONE,
    /** Endpoint-independent mapping, address-and-port-dependent filtering. */
    EASY,
    /** Address-and-port-dependent mapping: another public port for each destination. The filtering does not matter. */
    HARD;

    /**
     * The class that follows from observations.
     *
     * @param isTranslated whether others see the node under another endpoint than its own
     * @param isMappedAlike whether two destinations see the same endpoint
     * @param isOpen whether datagrams from a port that the node never sent to get through
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

    /** The class with that {@link #word}; {@link #UNKNOWN} for any other text and for null. */
    public static NatClass ofWord(String word) {
        for (NatClass each : values()) {
            if (each.word().equals(word)) {
                return each;
            }
        }
        return UNKNOWN;
    }

    /** The name in messages and reports, such as {@code full-cone}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
