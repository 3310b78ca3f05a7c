package badger.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The lab of one of the paper's experiments: two homes behind NAT and firewall, a server on the internet, links with a
 * limit. One thread uses it.
 */
final class HomesLab {
    private static final String HUB = "203.0.113.1";
    private static final String LEFT_HOME = "198.51.100.1";
    private static final String RIGHT_HOME = "198.51.100.2";
    private static final String RIGHT_HOST = "192.168.20.100";
    private static final String IPERF_PORT = "5201";

    private final BenchLab lab;
    private final Map<String, Link> links = new LinkedHashMap<>();
    private final Map<String, Tunnel> tunnels = new LinkedHashMap<>();
    private final Map<String, Runnable> before = new LinkedHashMap<>();

    private HomesLab(BenchLab lab, int homeMbit, int hubMbit) {
        this.lab = lab;
        lab.script("up");
        lab.script("public", "hub", HUB);
        lab.script("router", "homeA", "easy", LEFT_HOME, "192.168.10.1/24");
        lab.script("router", "homeB", "easy", RIGHT_HOME, "192.168.20.1/24");
        lab.script("host", "left", "homeA", "192.168.10.100/24");
        lab.script("host", "right", "homeB", RIGHT_HOST + "/24");
        limit("homeA", homeMbit);
        limit("homeB", homeMbit);
        limit("hub", hubMbit);
    }

    /** @param site makes the site of a path of this name in this lab */
    static HomesLab direct(BenchLab lab, PathScript badger, Function<String, Tunnel.Site> site) {
        HomesLab homes = new HomesLab(lab, 1000, 1000);
        Tunnel tunnel = Tunnel.up(badger, site.apply("nat-badger"));
        Tunnel.Site log = site.apply("nat-direct");
        homes.links.put(
                PaperExperiment.NAT.baseline(),
                new Link(
                        new Link.Ends(lab.namespace("left"), lab.namespace("right"), RIGHT_HOME),
                        log.folder().resolveSibling("nat-direct-iperf3.log")));
        homes.add(PaperExperiment.NAT.badger(), tunnel);
        // As in the paper: the port is opened by hand for the direct connection, and closed again for Badger.
        homes.before.put(PaperExperiment.NAT.baseline(), () -> lab.script("open", "homeB", RIGHT_HOST, IPERF_PORT));
        homes.before.put(PaperExperiment.NAT.badger(), () -> lab.script("close", "homeB"));
        return homes;
    }

    static HomesLab hub(BenchLab lab, PathScript badger, PathScript openvpn, Function<String, Tunnel.Site> site) {
        HomesLab homes = new HomesLab(lab, 2000, 1000);
        homes.add(PaperExperiment.HUB.baseline(), Tunnel.up(openvpn, site.apply("hub-openvpn")));
        homes.add(PaperExperiment.HUB.badger(), Tunnel.up(badger, site.apply("hub-badger")));
        return homes;
    }

    /** The addresses a path in this lab is told. */
    static Map<String, String> addresses() {
        return Map.of("hub", HUB, "left", LEFT_HOME, "right", RIGHT_HOME);
    }

    /** Has every tunnel of the experiment warm up, with new daemons if {@code isAnew}. The bare link needs none. */
    void warmUp(Effort effort, boolean isAnew) {
        for (Map.Entry<String, Tunnel> tunnel : tunnels.entrySet()) {
            before.getOrDefault(tunnel.getKey(), () -> {}).run();
            tunnel.getValue().warmUp(effort, isAnew);
        }
    }

    double plannedWarmUpSeconds(Effort effort) {
        return tunnels.values().stream()
                .mapToDouble(tunnel -> tunnel.plannedWarmUpSeconds(effort))
                .sum();
    }

    /** Measures one stream each way of the baseline and of Badger; returns the figures for the line of progress. */
    String measure(PaperExperiment experiment, Effort effort, Results results) {
        double baseline = measure(experiment.baseline(), effort, results);
        double badger = measure(experiment.badger(), effort, results);
        return String.format(
                Locale.ROOT,
                "%.0f Mbit/s, Badger %.0f (%+.1f %%)",
                baseline * 1e3,
                badger * 1e3,
                100 * (badger / baseline - 1));
    }

    private double measure(String path, Effort effort, Results results) {
        before.getOrDefault(path, () -> {}).run();
        Link link = links.get(path);
        double out =
                link.tcp(1, false, effort.seconds(), effort.omittedSeconds()).receivedBitsPerSecond() / 1e9;
        double back =
                link.tcp(1, true, effort.seconds(), effort.omittedSeconds()).receivedBitsPerSecond() / 1e9;
        results.add(path, Measure.TCP_1_OUT, out);
        results.add(path, Measure.TCP_1_BACK, back);
        return (out + back) / 2;
    }

    private void add(String path, Tunnel tunnel) {
        links.put(path, tunnel.link());
        tunnels.put(path, tunnel);
    }

    /** Limits a link to the internet, both ways. */
    private void limit(String name, int mbit) {
        lab.script("rate", name, "wan", Integer.toString(mbit));
        lab.script("rate", "inet", name, Integer.toString(mbit));
    }
}
