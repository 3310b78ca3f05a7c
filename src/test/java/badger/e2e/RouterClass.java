package badger.e2e;

/** What a home router does to the flows of its LAN; lab.sh says how each class is built. */
enum RouterClass {
    /** Forwards everything. */
    NONE,
    /** No address translation; lets in only what belongs to a flow from inside. */
    FIREWALL,
    /** As the firewall, with a NAT that keeps one public port for every destination. */
    EASY,
    /** As the firewall, with a NAT that takes another public port for every destination. */
    HARD;

    /** The name that lab.sh knows. */
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
