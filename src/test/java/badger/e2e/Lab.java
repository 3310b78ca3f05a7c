package badger.e2e;

import badger.testing.Impairment;
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
 * <p>Everything started in it ends with it: on {@link #close}, and when this JVM is told to stop. One thread uses it,
 * the test's.
 */
public final class Lab implements AutoCloseable {
    private static final Path SCRIPT = Path.of("src/test/lab/lab.sh").toAbsolutePath();
    private static final Duration STEP = Duration.ofSeconds(20);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String prefix = "badger" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet();
    private final boolean isQuick;
    private final List<AutoCloseable> processes = new ArrayList<>();
    private final Thread lastResort = new Thread(this::remove, "lab-removal");

    /** Its programs run as users run them. */
    public Lab() {
        this(false);
    }

    /** @param isQuick whether its programs are started as by {@link BadgerCommand#quickLine} */
    private Lab(boolean isQuick) {
        this.isQuick = isQuick;
        requireRoot();
        Runtime.getRuntime().addShutdownHook(lastResort);
        try {
            script("up");
        } catch (AssertionError | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A lab for tests that start many nodes and carry little: its programs are up with half the work. */
    static Lab ofQuickStarts() {
        return new Lab(true);
    }

    /** The router in the middle of the internet. */
    public NetworkNamespace internet() {
        return namespace("inet");
    }

    /** Makes a host that stands directly on the internet. */
    public NetworkNamespace publicHost(String name, String address) {
        script("public", name, address);
        return namespace(name);
    }

    /** Makes a home router; the gateway is its address on the LAN, with the prefix length. */
    public NetworkNamespace router(String name, RouterClass routerClass, String wanAddress, String lanGateway) {
        script("router", name, routerClass.word(), wanAddress, lanGateway);
        return namespace(name);
    }

    /** Makes a host on a router's LAN; the address comes with its prefix length. */
    public NetworkNamespace host(String name, String router, String address) {
        script("host", name, router, address);
        return namespace(name);
    }

    /** Makes a router behind another one; its address there and that of its own LAN come with their prefix lengths. */
    public NetworkNamespace routerBehind(
            String name, RouterClass routerClass, String upstream, String wanAddress, String lanGateway) {
        script("router_behind", name, routerClass.word(), upstream, wanAddress, lanGateway);
        return namespace(name);
    }

    /**
     * Makes home number {@code number}, 1 to 15: a router at 198.51.100.number, and behind it one host, which is
     * returned. Its address is 192.168.(10 × number).100 behind a NAT, else 192.0.2.(16 × number + 2). Where two
     * routers are in a row, "home" and the number name the inner one, "outer" and the number the other.
     */
    public NetworkNamespace home(int number, RouterClass routerClass) {
        boolean isPrivate = routerClass.translates();
        String network = isPrivate ? "192.168." + 10 * number + "." : "192.0.2.";
        int base = isPrivate ? 0 : 16 * number;
        String length = isPrivate ? "/24" : "/28";
        String home = "home" + number;
        String gateway = network + (base + 1) + length;
        String address = "198.51.100." + number;
        if (routerClass.isBehindAnother()) {
            String outer = "outer" + number;
            boolean isCarrier = routerClass != RouterClass.DOUBLE;
            String between = isCarrier ? "100.64." + number + "." : "172.16." + number + ".";
            String betweenLength = isCarrier ? "/10" : "/24";
            router(outer, routerClass.upstream(), address, between + "1" + betweenLength);
            routerBehind(home, routerClass, outer, between + "2" + betweenLength, gateway);
        } else {
            router(home, routerClass, address, gateway);
        }
        return host("host" + number, home, network + (base + (isPrivate ? 100 : 2)) + length);
    }

    /** From now on the router turns what its LAN sends to its own mapped public ports back into the LAN. */
    public void hairpin(String router) {
        script("hairpin", router);
    }

    /** From now on the router forgets a UDP flow after so many seconds without a packet. */
    void timers(String router, int seconds) {
        script("timers", router, Integer.toString(seconds));
    }

    /** The router forgets every flow; a NAT then gives each another public port than before. */
    void flush(String router) {
        script("flush", router);
    }

    /** Of every {@code period} datagrams that cross the internet, the first {@code length} are lost; 0 of 1 ends it. */
    void burst(int length, int period) {
        script("burst", Integer.toString(length), Integer.toString(period));
    }

    /** From now on the internet drops every longer IP packet and tells nobody; 65535 ends it. */
    void blackHole(int bytes) {
        script("black_hole", Integer.toString(bytes));
    }

    /** Gives a device of a host another address of its LAN, with the prefix length. */
    void renumber(NetworkNamespace host, String device, String address) {
        script("renumber", host.shortName(), device, address);
    }

    /** Gives a router or host on the internet another public address. */
    void renumberPublic(String name, String address) {
        script("renumber_public", name, address);
    }

    /** Takes the cable out of a device of a host, which removes the device. */
    void unplug(NetworkNamespace host, String device) {
        script("unplug", host.shortName(), device);
    }

    /** Puts a host into the LAN of a router, by a new device; the address comes with its prefix length. */
    void plug(NetworkNamespace host, String device, String router, String address) {
        script("plug", host.shortName(), device, router, address);
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

    public NetworkNamespace namespace(String name) {
        return new NetworkNamespace(prefix + "-" + name);
    }

    /** From now on the internet drops this share of all UDP datagrams, each way alike; 0 ends it. */
    public void loss(int percent) {
        script("loss", Integer.toString(percent));
    }

    /**
     * From now on this happens to whatever the two public hosts send to each other, the same each way, for the same
     * seed and the same packets. The process tells what it did.
     */
    BackgroundProcess impair(String left, String right, Impairment impairment, long seed) {
        List<String> words = new ArrayList<>(List.of(Long.toString(seed)));
        words.addAll(impairment.words());
        BackgroundProcess process = start(internet(), "impair", Impair.line(words));
        process.awaitLog("forwarding", STEP);
        script("detour", left, right);
        return process;
    }

    /** Starts a command that goes on until it is stopped or the lab closes. */
    public BackgroundProcess start(NetworkNamespace namespace, String name, List<String> command) {
        BackgroundProcess process = new BackgroundProcess(namespace, name, command);
        processes.add(process);
        return process;
    }

    /** Starts an IEX server; without options, that is the paper's command line. */
    public IexProcess startIex(NetworkNamespace namespace, String... options) {
        List<String> words = new ArrayList<>(List.of("iex"));
        words.addAll(List.of(options));
        return new IexProcess(start(namespace, "iex", command(words)));
    }

    /** Starts a node with the paper's command line: {@code --vip .../16 --iex 203.0.113.1:9944 --psk psk-key}. */
    public NodeProcess startNode(NetworkNamespace namespace, String vip) {
        return startNodeAt("203.0.113.1:9944", namespace, vip);
    }

    /** As the other, with its IEX servers at {@code iex} and further options. */
    public NodeProcess startNodeAt(String iex, NetworkNamespace namespace, String vip, String... options) {
        List<String> words = new ArrayList<>(List.of("--vip", vip + "/16", "--iex", iex, "--psk", "psk-key"));
        words.addAll(List.of(options));
        return startNode(namespace, vip, words.toArray(String[]::new));
    }

    /** Starts a node with any arguments. It leaves no map behind on this machine unless they say where. */
    public NodeProcess startNode(NetworkNamespace namespace, String vip, String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        if (!words.contains("--map-cache")) {
            words.addAll(List.of("--map-cache", "none"));
        }
        return new NodeProcess(start(namespace, "node-" + vip, command(words)), vip);
    }

    private List<String> command(List<String> arguments) {
        String[] words = arguments.toArray(String[]::new);
        return isQuick ? BadgerCommand.quickLine(words) : BadgerCommand.line(words);
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
