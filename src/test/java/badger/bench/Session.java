package badger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * All paths up at once, each in namespaces of its own, and the rounds over them. Nothing of it outlives {@link #close},
 * nor the end of this JVM. One thread uses it.
 */
final class Session implements AutoCloseable {
    private static final String LEFT = "192.0.2.1";
    private static final String RIGHT = "192.0.2.2";
    private static final String HUB = "203.0.113.1";
    /** Daemons that just started have not shown their idle memory yet. */
    private static final int SETTLE_MILLIS = 2000;

    private static final int STOP_SECONDS = 10;

    /** One thing to measure; it returns the figures for the line of progress. */
    private record Step(String title, double plannedSeconds, Supplier<String> measurement) {}

    private final Effort effort;
    private final Results results;
    private final Path folder;
    private final BenchLab lab = new BenchLab("bench" + ProcessHandle.current().pid());
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch down = new CountDownLatch(1);
    private final Thread lastResort = new Thread(this::stop, "bench-stop");
    private final List<Tunnel> tunnels = new ArrayList<>();
    private final Map<PaperExperiment, HomesLab> experiments = new EnumMap<>(PaperExperiment.class);
    /** What has failed to start or to warm up in this round, and so is not measured in it. */
    private final Set<Object> cold = new HashSet<>();

    private int sites;
    private volatile boolean stopping;

    /** @param folder for the logs and configuration of every daemon; made, and readable by its owner alone */
    Session(Effort effort, Results results, Path folder) throws IOException {
        this.effort = effort;
        this.results = results;
        this.folder = folder;
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Brings every path up; one that does not come up is a failure noted in the results. */
    void bringUp(List<PathScript> scripts) {
        for (PathScript script : scripts) {
            BenchLab own = lab.part(script.name());
            attempt(script.name(), () -> {
                own.script("pair", "left", LEFT, "right", RIGHT);
                own.script("third", "hub", HUB, "left", "right", RIGHT);
                Map<String, String> addresses = Map.of("hub", HUB, "left", LEFT, "right", RIGHT);
                tunnels.add(Tunnel.up(script, site(own, script.name(), addresses)));
                System.out.println(script.name() + " is up");
                return "is up";
            });
        }
        Pause.millis(SETTLE_MILLIS);
        for (Tunnel tunnel : tunnels) {
            if (tunnel.hasDaemons()) {
                results.add(tunnel.name(), Measure.MEMORY_IDLE, tunnel.residentMegabytes());
            }
        }
    }

    /** Brings up the labs of the paper's experiments. */
    void bringUpPaper(PathScript badger, PathScript openvpn) {
        BenchLab nat = lab.part(PaperExperiment.NAT.key());
        attempt("the paper's first experiment", () -> {
            experiments.put(
                    PaperExperiment.NAT, HomesLab.direct(nat, badger, name -> site(nat, name, HomesLab.addresses())));
            return "is up";
        });
        if (!openvpn.version().succeeded()) {
            return;
        }
        BenchLab hub = lab.part(PaperExperiment.HUB.key());
        attempt("the paper's second experiment", () -> {
            experiments.put(
                    PaperExperiment.HUB,
                    HomesLab.hub(hub, badger, openvpn, name -> site(hub, name, HomesLab.addresses())));
            return "is up";
        });
    }

    /**
     * Runs all rounds. The daemons are new in each: code that is compiled while it runs turns out a little different at
     * each start, and stays so, and only several starts tell two builds apart. Then every measure is taken of one path
     * after the other. Another path begins in each round.
     */
    void run() {
        List<List<Step>> rounds = new ArrayList<>();
        for (int round = 0; round < effort.rounds(); round++) {
            rounds.add(steps(round));
        }
        double planned = rounds.stream()
                .flatMap(List::stream)
                .mapToDouble(Step::plannedSeconds)
                .sum();
        System.out.printf(
                Locale.ROOT,
                "%d rounds over %d paths, about %s%n%n",
                rounds.size(),
                tunnels.size(),
                Progress.minutes(planned));
        Progress progress = new Progress(System.out, System::nanoTime, planned);
        for (int round = 0; round < rounds.size(); round++) {
            for (Step step : rounds.get(round)) {
                String title = "round " + (round + 1) + "  " + step.title();
                String figures = attempt(title, step.measurement());
                progress.done(step.plannedSeconds(), title + ": " + figures);
            }
        }
    }

    private List<Step> steps(int round) {
        List<Tunnel> order = new ArrayList<>(tunnels);
        Collections.rotate(order, -round);
        List<Step> steps = new ArrayList<>();
        for (Tunnel tunnel : order) {
            steps.add(new Step(
                    tunnel.name() + ", warm-up",
                    tunnel.plannedWarmUpSeconds(effort),
                    () -> warmUp(tunnel, () -> tunnel.warmUp(effort, round > 0))));
        }
        experiments.forEach((experiment, homes) -> steps.add(new Step(
                "paper, " + experiment.key() + ", warm-up",
                homes.plannedWarmUpSeconds(effort),
                () -> warmUp(homes, () -> homes.warmUp(effort, round > 0)))));
        for (Block block : effort.blocks()) {
            for (Tunnel tunnel : order) {
                steps.add(new Step(
                        tunnel.name() + ", " + block.title(),
                        block.plannedSeconds(effort),
                        () -> measure(tunnel, () -> block.measure(tunnel, effort, results))));
            }
        }
        experiments.forEach((experiment, homes) -> steps.add(new Step(
                "paper, " + experiment.key(),
                2 * Block.TCP_1.plannedSeconds(effort),
                () -> measure(homes, () -> homes.measure(experiment, effort, results)))));
        return steps;
    }

    private String warmUp(Object path, Runnable warmUp) {
        cold.add(path);
        warmUp.run();
        cold.remove(path);
        return "is warm";
    }

    private String measure(Object path, Supplier<String> measurement) {
        return cold.contains(path) ? "left out, since its start failed" : measurement.get();
    }

    private String attempt(String what, Supplier<String> step) {
        if (stopping) {
            throw new BenchException("stopped");
        }
        try {
            return step.get();
        } catch (BenchException e) {
            if (stopping) {
                throw e;
            }
            results.addFailure(what + ": " + e.getMessage());
            System.err.println("bench: " + what + " failed: " + e.getMessage());
            return "failed";
        }
    }

    private Tunnel.Site site(BenchLab own, String name, Map<String, String> addresses) {
        sites++;
        return new Tunnel.Site(
                Map.of("hub", own.namespace("hub"), "left", own.namespace("left"), "right", own.namespace("right")),
                addresses,
                folder.resolve(name),
                ProcessHandle.current().pid() + "" + sites);
    }

    @Override
    public void close() {
        // A thread that was interrupted could not wait for what it starts here.
        Thread.interrupted();
        try {
            lab.script("down");
        } finally {
            down.countDown();
        }
        if (!stopping) {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        }
    }

    /**
     * Runs when this JVM ends early. The owner stops first: what it starts while the lab goes would outlive the lab.
     */
    private void stop() {
        stopping = true;
        owner.interrupt();
        try {
            if (down.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lab.script("down");
    }
}
