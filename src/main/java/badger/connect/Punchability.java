package badger.connect;

import badger.udp.NatClass;

/**
 * Whether two nodes that punch towards each other's public endpoints meet, by what RFC 4787 says of the NAT before
 * each. A side that filters by port lets in only those to whom it has sent. If the other side takes another port for
 * every destination, nobody knows that port before its datagram arrives, and so that datagram has been dropped. Several
 * NATs of the easy kind in a row behave as one.
 */
public enum Punchability {
    POSSIBLE,
    IMPOSSIBLE,
    UNKNOWN;

    /** Gives the same result on both sides. */
    public static Punchability of(NatClass own, NatClass peers) {
        if (own == NatClass.UNKNOWN || peers == NatClass.UNKNOWN) {
            return UNKNOWN;
        }
        boolean isBlocked =
                (own == NatClass.HARD && filtersByPort(peers)) || (peers == NatClass.HARD && filtersByPort(own));
        return isBlocked ? IMPOSSIBLE : POSSIBLE;
    }

    /** Describes both sides in words, for a user. */
    public static String describe(NatClass own, NatClass peers) {
        return "before this node is " + describe(own) + ", before the peer " + describe(peers);
    }

    private static boolean filtersByPort(NatClass natClass) {
        return natClass == NatClass.FIREWALL || natClass == NatClass.EASY || natClass == NatClass.HARD;
    }

    private static String describe(NatClass natClass) {
        return switch (natClass) {
            case UNKNOWN -> "something unknown";
            case NONE -> "nothing";
            case FIREWALL -> "a firewall that filters by port";
            case FULL_CONE -> "a full-cone NAT, which lets everybody in";
            case EASY -> "an easy NAT, which filters by port";
            case HARD -> "a hard NAT, with another port for every destination";
        };
    }
}
