package badger.config;

import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A node as its user wants it, validated. Never changes; any thread may read it. The holder closes its {@link #psk}.
 */
public final class NodeConfig {
    public static final String DEFAULT_DEVICE = "badger0";
    public static final int SMALLEST_MTU = 576;
    public static final int LARGEST_MTU = 9000;

    /** No pattern of flows was seen to use more. */
    public static final int MOST_QUEUES = 16;

    /** The smallest MTU of a link that carries IPv6 (RFC 8200, section 5). */
    public static final int SMALLEST_IPV6_MTU = 1280;

    /** A peer gives up after 45 s of silence, so one keep-alive may get lost. */
    private static final Duration LONGEST_KEEP_ALIVE = Duration.ofSeconds(20);

    private static final Duration LONGEST_RENEWAL = Duration.ofDays(1);
    private static final Duration SHORTEST_TIME = Duration.ofSeconds(1);

    private static final List<String> AEADS = List.of("ipsec-mb", "openssl", "jce");

    // IFNAMSIZ (linux/if.h) is 16, with the closing zero.
    private static final int LONGEST_DEVICE_NAME = 15;

    private final NodeAddresses addresses;
    private final List<IexAddress> iex;
    private final PreSharedKey psk;
    private final int port;
    private final Optional<InetAddress> privateIp;
    private final String device;
    private final OptionalInt mtu;
    private final Level logLevel;
    private final Offloads offloads;
    private final Optional<String> aead;
    private final OptionalInt queues;
    private final ControlSocket control;
    private final MapCache mapCache;
    private final Optional<Duration> keepAlive;
    private final Optional<Duration> renewal;
    private final boolean usesRelay;
    private final Optional<Boolean> opensOnDemand;
    private final boolean isStrictRemoval;
    private final List<String> warnings;

    private NodeConfig(NodeArguments given, Map<String, String> environment) throws ConfigException {
        List<String> found = new ArrayList<>();
        // The key comes last, so that nothing secret is read for a command line that is wrong.
        addresses = VirtualIps.parse(given.virtualIps, found);
        iex = iex(given.iex);
        port = port(given.port);
        privateIp = PrivateIp.parse(given.privateIp, addresses);
        device = device(given.device);
        mtu = mtu(given.mtu, addresses);
        logLevel = Logging.level(given.logLevel);
        offloads = Offloads.parse(given.offload);
        aead = aead(given.aead);
        queues = queues(given.queues);
        control = ControlSocket.parse(given.control);
        mapCache = MapCache.parse(given.mapCache);
        keepAlive = Durations.within("--keepalive", given.keepAlive, SHORTEST_TIME, LONGEST_KEEP_ALIVE);
        renewal = Durations.within("--rekey", given.renewal, SHORTEST_TIME, LONGEST_RENEWAL);
        usesRelay = usesRelay(given.relay);
        opensOnDemand = Connect.parse(given.connect);
        isStrictRemoval = given.isStrictRemoval;
        psk = PskSource.read(given, environment, found);
        warnings = List.copyOf(found);
    }

    /**
     * Judges what the user gave.
     *
     * @param environment of the process; only {@code BADGER_PSK} is read
     * @throws ConfigException at the first mistake
     */
    public static NodeConfig of(NodeArguments given, Map<String, String> environment) throws ConfigException {
        return new NodeConfig(given, environment);
    }

    /** The node's addresses in the mesh, with the mesh's prefixes. */
    public NodeAddresses addresses() {
        return addresses;
    }

    /** The IPv4 address, which names the node. */
    public Ipv4Prefix virtualIp() {
        return addresses.ipv4();
    }

    /** Where IEX servers are; at least one. */
    public List<IexAddress> iex() {
        return iex;
    }

    /** What all nodes of the mesh share. Whoever holds this configuration closes it. */
    public PreSharedKey psk() {
        return psk;
    }

    /** The UDP port, 0 for one that the system chooses. */
    public int port() {
        return port;
    }

    /** The address told to nodes in the same local network; empty for what the system would choose. */
    public Optional<InetAddress> privateIp() {
        return privateIp;
    }

    public String device() {
        return device;
    }

    /** Of the TUN device, in bytes; empty for what the path to the IEX server suggests. */
    public OptionalInt mtu() {
        return mtu;
    }

    /** The least level that is written to the log. */
    public Level logLevel() {
        return logLevel;
    }

    /** What may be left to the kernel, and to the record's tag. */
    public Offloads offloads() {
        return offloads;
    }

    /** The name of the cipher's library; empty for the one that suits this machine. */
    public Optional<String> aead() {
        return aead;
    }

    /** Queues of the TUN; empty for what the number of processors suggests. */
    public OptionalInt queues() {
        return queues;
    }

    /** Where the node answers {@code badger counters}. */
    public ControlSocket control() {
        return control;
    }

    public MapCache mapCache() {
        return mapCache;
    }

    /** After so long without a packet, an empty one keeps the way open; empty for the default. */
    public Optional<Duration> keepAlive() {
        return keepAlive;
    }

    /** After which time keys are replaced; empty for the default. */
    public Optional<Duration> renewal() {
        return renewal;
    }

    /** Whether IEX may relay where there is no direct way. */
    public boolean usesRelay() {
        return usesRelay;
    }

    /** Whether sessions are opened at the first packet rather than at once; empty where the number of nodes decides. */
    public Optional<Boolean> opensOnDemand() {
        return opensOnDemand;
    }

    /** Whether a peer goes as soon as one map lacks it (paper row P58). */
    public boolean isStrictRemoval() {
        return isStrictRemoval;
    }

    /** Sentences that the user should read once. */
    public List<String> warnings() {
        return warnings;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "NodeConfig[addresses=" + addresses + ", iex=" + iex + ", device=" + device + "]";
    }

    private static List<IexAddress> iex(List<String> texts) throws ConfigException {
        List<IexAddress> addresses = new ArrayList<>();
        for (String list : texts) {
            for (String text : list.split(",", -1)) {
                addresses.add(IexAddress.parse(text));
            }
        }
        if (addresses.isEmpty()) {
            throw new ConfigException(
                    "--iex is missing: give the IEX server's address, such as --iex iex.example.com:9944");
        }
        return List.copyOf(addresses);
    }

    private static int port(String text) throws ConfigException {
        if (text == null) {
            return 0;
        }
        int port = Numbers.parse(text);
        if (port < 0 || port > 0xFFFF) {
            throw new ConfigException("--port " + Printable.text(text)
                    + " is not a UDP port: give a number from 1 to 65535, or 0 for any free one");
        }
        return port;
    }

    /** Judges {@code --dev}; null, where it was not given, stands for the default. */
    public static String device(String text) throws ConfigException {
        if (text == null) {
            return DEFAULT_DEVICE;
        }
        // As dev_valid_name (net/core/dev.c), but without characters that the kernel or a shell gives a meaning of its
        // own.
        boolean isName = !text.isEmpty()
                && text.length() <= LONGEST_DEVICE_NAME
                && !text.equals(".")
                && !text.equals("..")
                && text.chars().allMatch(c -> c > ' ' && c <= '~' && "/:%\"'\\".indexOf(c) < 0);
        if (!isName || text.startsWith("-")) {
            throw new ConfigException("--dev " + Printable.text(text)
                    + " is not a device name: give 1 to 15 letters, digits, dots or hyphens, such as badger0");
        }
        return text;
    }

    private static OptionalInt mtu(String text, NodeAddresses addresses) throws ConfigException {
        if (text == null) {
            return OptionalInt.empty();
        }
        int mtu = Numbers.parse(text);
        if (mtu < SMALLEST_MTU || mtu > LARGEST_MTU) {
            throw new ConfigException("--mtu " + Printable.text(text) + " is out of range: give a number of bytes from "
                    + SMALLEST_MTU + " to " + LARGEST_MTU);
        }
        requireRoomForIpv6(mtu, "--mtu " + mtu + " is too small", addresses);
        return OptionalInt.of(mtu);
    }

    private static OptionalInt queues(String text) throws ConfigException {
        if (text == null || text.equals("auto")) {
            return OptionalInt.empty();
        }
        int queues = Numbers.parse(text);
        if (queues < 1 || queues > MOST_QUEUES) {
            throw new ConfigException("--queues " + Printable.text(text)
                    + " is out of range: give auto or a number from 1 to " + MOST_QUEUES);
        }
        return OptionalInt.of(queues);
    }

    /**
     * Refuses an MTU with which the kernel takes IPv6 off a device.
     *
     * @param what how the sentence begins
     */
    public static void requireRoomForIpv6(int mtu, String what, NodeAddresses addresses) throws ConfigException {
        if (mtu < SMALLEST_IPV6_MTU && !addresses.ipv6().isEmpty()) {
            throw new ConfigException(what + " for the IPv6 --vip "
                    + addresses.ipv6().getFirst() + ": give --mtu " + SMALLEST_IPV6_MTU + " or more, or IPv4 alone");
        }
    }

    private static boolean usesRelay(String text) throws ConfigException {
        if (text != null && !text.equals("never") && !text.equals("auto")) {
            throw new ConfigException("--relay " + Printable.text(text) + " is neither: give never or auto");
        }
        return "auto".equals(text);
    }

    private static Optional<String> aead(String text) throws ConfigException {
        if (text == null || text.equals("auto")) {
            return Optional.empty();
        }
        if (!AEADS.contains(text)) {
            throw new ConfigException(
                    "--aead " + Printable.text(text) + " is unknown: give auto, ipsec-mb, openssl or jce");
        }
        return Optional.of(text);
    }
}
