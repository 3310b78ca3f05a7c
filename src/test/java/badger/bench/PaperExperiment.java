package badger.bench;

/** The two experiments of the paper, as far as one machine without delay on its links can repeat them. */
enum PaperExperiment {
    NAT(
            "nat",
            "paper-nat-direct",
            "paper-nat-badger",
            "Two homes behind NAT and firewall, every link limited to 1 Gbit/s: Badger against a direct connection"
                    + " through a port that was opened by hand",
            "21 % slower"),
    HUB(
            "hub",
            "paper-hub-openvpn",
            "paper-hub-badger",
            "Two homes behind NAT and firewall on 2 Gbit/s links, a server on 1 Gbit/s: Badger's direct path against"
                    + " OpenVPN through the server as hub",
            "330 % faster");

    private final String key;
    private final String baseline;
    private final String badger;
    private final String title;
    private final String paperSays;

    PaperExperiment(String key, String baseline, String badger, String title, String paperSays) {
        this.key = key;
        this.baseline = baseline;
        this.badger = badger;
        this.title = title;
        this.paperSays = paperSays;
    }

    /** The name of its lab, and in results.json. */
    String key() {
        return key;
    }

    /** The path, in the results, that Badger is compared with. */
    String baseline() {
        return baseline;
    }

    /** Badger's path in the results. */
    String badger() {
        return badger;
    }

    String title() {
        return title;
    }

    /** What the paper found of Badger against the baseline. */
    String paperSays() {
        return paperSays;
    }
}
