package badger.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A path that is up: its daemons run, and left and right reach each other. Used by one thread. */
final class Tunnel {
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(30);
    private static final Duration CONFIGURE_DEADLINE = Duration.ofSeconds(20);
    private static final double START_SECONDS = 3;
    private static final Duration END_DEADLINE = Duration.ofSeconds(5);

    /**
     * Where a path comes up.
     *
     * @param namespaces of {@code hub}, {@code left} and {@code right}
     * @param addresses the same hosts' outer addresses, as the others reach them
     * @param folder for keys, filled-in configuration and logs of this path
     * @param id a number that no other path on this machine has, for device names
     */
    record Site(Map<String, String> namespaces, Map<String, String> addresses, Path folder, String id) {
        Site {
            namespaces = Map.copyOf(namespaces);
            addresses = Map.copyOf(addresses);
        }
    }

    private final PathScript script;
    private final Site site;
    private final Map<String, Process> daemons = new LinkedHashMap<>();
    private Link link;
    private boolean hasDaemons;
    private int warmUpSeconds;

    private Tunnel(PathScript script, Site site) {
        this.script = script;
        this.site = site;
    }

    /** Starts the daemons and waits until the left host has an answer from the right one. */
    static Tunnel up(PathScript script, Site site) {
        try {
            Files.createDirectories(site.folder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Tunnel tunnel = new Tunnel(script.with(variables(site)), site);
        tunnel.prepare();
        tunnel.start();
        return tunnel;
    }

    /**
     * Ends the daemons and starts them anew, with the keys and files they had. A path without daemons stays as it is:
     * the kernel has no start that could turn out differently.
     */
    private void restart() {
        if (!hasDaemons) {
            return;
        }
        for (Process daemon : daemons.values()) {
            end(daemon);
        }
        start();
    }

    Link link() {
        return link;
    }

    String name() {
        return script.name();
    }

    /**
     * Has the path, with new daemons if {@code isAnew}, carry TCP both ways for as long as it asks, unmeasured. The
     * steady state is compared, and code that is compiled while it runs, or memory that is taken on first use, comes to
     * it only under load.
     */
    void warmUp(Effort effort, boolean isAnew) {
        if (isAnew) {
            restart();
        }
        int seconds = effort.warmUpSeconds(warmUpSeconds);
        link.tcp(1, false, seconds, 0);
        link.tcp(1, true, seconds, 0);
    }

    /** How long that takes, the start of new daemons included. */
    double plannedWarmUpSeconds(Effort effort) {
        return START_SECONDS + 2 * effort.warmUpSeconds(warmUpSeconds);
    }

    /** Whether processes of its own carry the packets; the bare cable and the kernel's tunnels have none. */
    boolean hasDaemons() {
        return hasDaemons;
    }

    /** The daemons of both ends; what a hub does is not counted as the tunnel's. */
    List<Long> pids() {
        return List.of(daemons.get("left").pid(), daemons.get("right").pid());
    }

    /** Resident memory of the daemon of the larger end, in megabytes. */
    double residentMegabytes() {
        return pids().stream().mapToDouble(ProcFiles::residentMegabytes).max().orElseThrow();
    }

    private void prepare() {
        script.ask("prepare");
        hasDaemons = script.ask("daemon").equals("yes");
        warmUpSeconds = Integer.parseInt(script.ask("warm_up"));
        String[] inner = script.ask("addresses").split(" ", -1);
        link = new Link(
                new Link.Ends(site.namespaces().get("left"), site.namespaces().get("right"), inner[1]),
                site.folder().resolve("iperf3.log"));
    }

    private void start() {
        try {
            startDaemons();
        } catch (BenchException e) {
            throw new BenchException(script.name() + " did not come up: " + e.getMessage() + lastWords(), e);
        }
    }

    private void startDaemons() {
        for (String part : script.parts()) {
            String namespace = site.namespaces().get(part);
            Path log = site.folder().resolve(part + ".log");
            daemons.put(part, script.command("run", part).inside(namespace).startInBackground(log));
            if (part.equals("hub")) {
                Pause.millis(500); // until it listens: nodes that ask too early ask again after seconds only
            }
            script.command("configure", part).inside(namespace).require(CONFIGURE_DEADLINE);
        }
        link.awaitAnswer(CONNECT_DEADLINE);
        for (Map.Entry<String, Process> daemon : daemons.entrySet()) {
            if (!daemon.getValue().isAlive()) {
                throw new BenchException("the daemon of " + daemon.getKey() + " ended");
            }
        }
    }

    /** Politely, so that it takes its device along; by force if it does not go. */
    private static void end(Process daemon) {
        daemon.destroy();
        try {
            if (!daemon.waitFor(END_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                daemon.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted while a daemon ends", e);
        }
    }

    private String lastWords() {
        List<String> words = new ArrayList<>();
        for (String part : daemons.keySet()) {
            Command.Outcome tail = Command.of(
                            "tail",
                            "-n",
                            "5",
                            site.folder().resolve(part + ".log").toString())
                    .run(CONFIGURE_DEADLINE);
            words.add("\n" + part + ": " + tail.output().strip());
        }
        return String.join("", words);
    }

    private static Map<String, String> variables(Site site) {
        Map<String, String> variables = new HashMap<>();
        variables.put("DIR", site.folder().toAbsolutePath().toString());
        variables.put("ID", site.id());
        variables.put("OUTER_LEFT", site.addresses().get("left"));
        variables.put("OUTER_RIGHT", site.addresses().get("right"));
        variables.put("OUTER_HUB", site.addresses().get("hub"));
        return variables;
    }
}
