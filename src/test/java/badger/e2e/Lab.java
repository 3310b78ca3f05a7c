package badger.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An internet of network namespaces with home routers, made by {@code src/test/lab/lab.sh}, which documents it.
 *
 * <p>Everything started in it ends with it: on {@link #close}, and when this JVM is told to stop. Used by one thread, the test's.
 */
final class Lab implements AutoCloseable {
    private static final Path SCRIPT = Path.of("src/test/lab/lab.sh").toAbsolutePath();
    private static final Duration STEP = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String prefix = "badger" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet();
    private final List<AutoCloseable> processes = new ArrayList<>();
    private final Thread lastResort = new Thread(this::remove, "lab-removal");

    Lab() {
        requireRoot();
        Runtime.getRuntime().addShutdownHook(lastResort);
        try {
            script("up");
        } catch (AssertionError | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The router in the middle of the internet. */
    NetworkNamespace internet() {
        return namespace("inet");
    }

    /** Makes a host that stands directly on the internet. */
    NetworkNamespace publicHost(String name, String address) {
        script("public", name, address);
        return namespace(name);
    }

    /** Makes a home router; the gateway is its address on the LAN, with the prefix length. */
    NetworkNamespace router(String name, RouterClass routerClass, String wanAddress, String lanGateway) {
        script("router", name, routerClass.word(), wanAddress, lanGateway);
        return namespace(name);
    }

    /** Makes a host on a router's LAN; the address comes with its prefix length. */
    NetworkNamespace host(String name, String router, String address) {
        script("host", name, router, address);
        return namespace(name);
    }

    /**
     * Makes home number {@code number}, 1 to 15: a router at 198.51.100.number, and behind it one host, which is returned. Its
     * address is 192.168.(10 × number).100 behind a NAT, else 192.0.2.(16 × number + 2).
     */
    NetworkNamespace home(int number, RouterClass routerClass) {
        boolean isPrivate = routerClass == RouterClass.EASY || routerClass == RouterClass.HARD;
        String network = isPrivate ? "192.168." + 10 * number + "." : "192.0.2.";
        int base = isPrivate ? 0 : 16 * number;
        String length = isPrivate ? "/24" : "/28";
        router("home" + number, routerClass, "198.51.100." + number, network + (base + 1) + length);
        return host("host" + number, "home" + number, network + (base + (isPrivate ? 100 : 2)) + length);
    }

    /** Makes two hosts at the ends of one cable; the addresses share a /24. */
    List<NetworkNamespace> pair(String left, String leftAddress, String right, String rightAddress) {
        script("pair", left, leftAddress, right, rightAddress);
        return List.of(namespace(left), namespace(right));
    }

    /** Makes a host {@code network.2} behind another, on a device of that one on which no packet is left unfinished. */
    NetworkNamespace hostBehind(String name, String host, String network) {
        script("behind", name, host, network);
        return namespace(name);
    }

    /** Joins two hosts of homes by a cable that carries IPv6 alone; the addresses share a /64. */
    void joinByIpv6(String left, String leftAddress, String right, String rightAddress) {
        script("ipv6", left, leftAddress, right, rightAddress);
    }

    NetworkNamespace namespace(String name) {
        return new NetworkNamespace(prefix + "-" + name);
    }

    /** From now on the internet drops this share of all UDP datagrams, each way alike; 0 ends it. */
    void loss(int percent) {
        script("loss", Integer.toString(percent));
    }

    /** Starts a command that goes on until it is stopped or the lab closes. */
    BackgroundProcess start(NetworkNamespace namespace, String name, List<String> command) {
        BackgroundProcess process = new BackgroundProcess(namespace, name, command);
        processes.add(process);
        return process;
    }

    /** Starts an IEX server with the paper's command line: no argument. */
    IexProcess startIex(NetworkNamespace namespace) {
        return new IexProcess(start(namespace, "iex", BadgerCommand.line("iex")));
    }

    /** Starts a node with the paper's command line: {@code --vip .../16 --iex 203.0.113.1:9944 --psk psk-key}. */
    NodeProcess startNode(NetworkNamespace namespace, String vip) {
        return startNodeAt("203.0.113.1:9944", namespace, vip);
    }

    /** As the other, with its IEX servers at {@code iex} and further options. */
    NodeProcess startNodeAt(String iex, NetworkNamespace namespace, String vip, String... options) {
        List<String> words = new ArrayList<>(List.of("--vip", vip + "/16", "--iex", iex, "--psk", "psk-key"));
        words.addAll(List.of(options));
        return startNode(namespace, vip, words.toArray(String[]::new));
    }

    /** Starts a node with any arguments. It leaves no map behind on this machine unless they say where. */
    NodeProcess startNode(NetworkNamespace namespace, String vip, String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        if (!words.contains("--map-cache")) {
            words.addAll(List.of("--map-cache", "none"));
        }
        return new NodeProcess(start(namespace, "node-" + vip, BadgerCommand.line(words.toArray(String[]::new))), vip);
    }

    @Override
    public void close() {
        remove();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    private void remove() {
        for (AutoCloseable process : processes.reversed()) {
            try {
                process.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        processes.clear();
        script("down");
    }

    private void script(String... words) {
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString(), prefix));
        command.addAll(List.of(words));
        Command.require(STEP, command);
    }

    private static void requireRoot() {
        try {
            if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
                throw new AssertionError("The end-to-end tests make network namespaces, which needs root: use sudo.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
