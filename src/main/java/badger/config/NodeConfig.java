package badger.config;

import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A node as its user wants it, validated.
 *
 * @param addresses its addresses in the mesh, with the mesh's prefixes
 * @param iex where IEX servers are; at least one
 * @param psk what all nodes of the mesh share; the holder of this record closes it
 * @param port the UDP port, 0 for one that the system chooses
 * @param privateIp the address told to nodes in the same local network; empty for what the system would choose
 * @param device the TUN device's name
 * @param mtu of the TUN device; empty for what the path to the IEX server suggests
 * @param logLevel what is written to the log
 * @param offloads what may be left to the kernel
 * @param aead the name of the cipher's library; empty for the one that suits this machine
 * @param queues of the TUN; empty for what the number of processors suggests
 * @param control where it answers {@code badger counters}
 * @param mapCache where it keeps the last map
 * @param keepAlive after which idle time a way is kept open; empty for the default
 * @param renewal after which time keys are replaced; empty for the default
 * @param usesRelay whether IEX may relay where there is no direct way
 * @param connect when it opens its sessions
 * @param isStrictRemoval whether a peer goes as soon as one map lacks it (paper row P58)
 * @param warnings sentences the user should read once
 */
public record NodeConfig(
        NodeAddresses addresses,
        List<IexAddress> iex,
        PreSharedKey psk,
        int port,
        Optional<InetAddress> privateIp,
        String device,
        OptionalInt mtu,
        Level logLevel,
        Offloads offloads,
        Optional<String> aead,
        OptionalInt queues,
        ControlSocket control,
        MapCache mapCache,
        Optional<Duration> keepAlive,
        Optional<Duration> renewal,
        boolean usesRelay,
        Connect connect,
        boolean isStrictRemoval,
        List<String> warnings) {
    public static final String DEFAULT_DEVICE = "badger0";
    public static final int SMALLEST_MTU = 576;
    public static final int LARGEST_MTU = 9000;

    /** More than any flow pattern was seen to use. */
    public static final int MOST_QUEUES = 16;

    /** RFC 8200, section 5. */
    public static final int SMALLEST_IPV6_MTU = 1280;

    /** A peer gives up after 45 s of silence: so one keep-alive may get lost. */
    private static final Duration LONGEST_KEEP_ALIVE = Duration.ofSeconds(20);

    private static final Duration LONGEST_RENEWAL = Duration.ofDays(1);
    private static final Duration SHORTEST_TIME = Duration.ofSeconds(1);

    private static final List<String> AEADS = List.of("ipsec-mb", "openssl", "jce");

    // IFNAMSIZ (linux/if.h) with its closing zero is 16.
    private static final int LONGEST_DEVICE_NAME = 15;

    public NodeConfig {
        iex = List.copyOf(iex);
        warnings = List.copyOf(warnings);
    }

    /** The IPv4 address, which names the node. */
    public Ipv4Prefix virtualIp() {
        return addresses.ipv4();
    }

    /**
     * Judges what the user gave.
     *
     * @param environment of the process; only {@code BADGER_PSK} is read
     * @throws ConfigException at the first mistake
     */
    public static NodeConfig of(NodeArguments given, Map<String, String> environment) throws ConfigException {
        List<String> warnings = new ArrayList<>();
        // Before the key, so that nothing secret is read for a command line that is wrong anyway.
        NodeAddresses addresses = VirtualIps.parse(given.virtualIps(), warnings);
        List<IexAddress> iex = iex(given.iex());
        int port = port(given.port());
        Optional<InetAddress> privateIp = privateIp(given.privateIp(), addresses);
        String device = device(given.device());
        OptionalInt mtu = mtu(given.mtu(), addresses);
        Level level = Logging.level(given.logLevel());
        Offloads offloads = Offloads.parse(given.offload());
        Optional<String> aead = aead(given.aead());
        OptionalInt queues = queues(given.queues());
        ControlSocket control = ControlSocket.parse(given.control());
        MapCache mapCache = MapCache.parse(given.mapCache());
        Optional<Duration> keepAlive =
                Durations.within("--keepalive", given.keepAlive(), SHORTEST_TIME, LONGEST_KEEP_ALIVE);
        Optional<Duration> renewal = Durations.within("--rekey", given.renewal(), SHORTEST_TIME, LONGEST_RENEWAL);
        boolean usesRelay = usesRelay(given.relay());
        Connect connect = Connect.parse(given.connect());
        PreSharedKey psk = PskSource.read(given, environment, warnings);
        return new NodeConfig(
                addresses,
                iex,
                psk,
                port,
                privateIp,
                device,
                mtu,
                level,
                offloads,
                aead,
                queues,
                control,
                mapCache,
                keepAlive,
                renewal,
                usesRelay,
                connect,
                given.isStrictRemoval(),
                warnings);
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
        return addresses;
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

    private static Optional<InetAddress> privateIp(String text, NodeAddresses mesh) throws ConfigException {
        if (text == null) {
            return Optional.empty();
        }
        InetAddress address = literal(text);
        if (address == null
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || "255.255.255.255".equals(text)) {
            throw new ConfigException("--private-ip " + Printable.text(text)
                    + " is not the address of a host: give this host's own address in its local network");
        }
        Endpoint endpoint = Endpoint.of(address, 0);
        boolean isInMesh = endpoint.isIpv4()
                ? mesh.ipv4().contains(endpoint.ipv4())
                : mesh.isInMesh(endpoint.high(), endpoint.low());
        if (isInMesh) {
            throw new ConfigException("--private-ip " + text + " lies inside the mesh " + mesh
                    + ": give this host's address in its local network");
        }
        return Optional.of(address);
    }

    /** The address, or null where the text is none; names are not looked up. */
    private static InetAddress literal(String text) {
        boolean isIpv4 = Ipv4Prefix.parseAddress(text).isPresent();
        boolean mayBeIpv6 = text.indexOf(':') >= 0 && text.indexOf('%') < 0 && text.indexOf('[') < 0;
        try {
            return isIpv4 ? InetAddress.ofLiteral(text) : mayBeIpv6 ? Inet6Address.ofLiteral(text) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Judges {@code --dev}, null where it was not given. */
    public static String device(String text) throws ConfigException {
        if (text == null) {
            return DEFAULT_DEVICE;
        }
        // dev_valid_name (net/core/dev.c), without what the kernel takes for a pattern or a shell for something else.
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
