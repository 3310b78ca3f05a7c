package badger.grid;

import badger.e2e.Lab;
import badger.e2e.NetworkNamespace;
import badger.e2e.RouterClass;
import java.util.List;
import java.util.function.Function;

/**
 * Two hosts and what is between them, and what must come of two nodes on them.
 *
 * @param name by which {@code --only} chooses it
 * @param isSymmetric whether it is the same with the roles of the two hosts exchanged
 * @param why the expectation, from RFC 4787's terms
 * @param setting what else the two have to bear
 * @param hosts makes the two, in a lab of their own
 */
record GridCell(
        String name,
        boolean isSymmetric,
        Outcome expected,
        String why,
        Setting setting,
        Function<Lab, List<NetworkNamespace>> hosts) {
    /** What two nodes can come to. */
    enum Outcome {
        /** They have a session, straight from one to the other. */
        DIRECT,
        /** They have none, and can have none without a third one that relays: they say so, and why. */
        UNREACHABLE,
        /** They have one by way of the IEX server, which relays. */
        RELAYED
    }

    /** What is done to, or for, the two nodes. */
    enum Setting {
        /** Nothing. */
        PLAIN,
        /** The leader's first packet reaches the router of the other node, at right, before that node has sent one. */
        EARLY,
        /** The IEX server relays, and both nodes accept that. */
        RELAY
    }

    static GridCell ofHomes(RouterClass left, RouterClass right, Outcome expected, String why) {
        return new GridCell(
                word(left) + "-" + word(right),
                left == right,
                expected,
                why,
                Setting.PLAIN,
                lab -> List.of(lab.home(1, left), lab.home(2, right)));
    }

    /** The same pair with a server that relays for it. */
    GridCell relayed() {
        return new GridCell(
                name + "-relayed",
                isSymmetric,
                Outcome.RELAYED,
                "the server relays what cannot go directly",
                Setting.RELAY,
                hosts);
    }

    static String word(RouterClass routerClass) {
        return routerClass.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
