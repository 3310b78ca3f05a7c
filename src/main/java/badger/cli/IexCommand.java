package badger.cli;

import badger.config.ConfigException;
import badger.config.Durations;
import badger.config.Logging;
import badger.config.Printable;
import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.udp.LinuxUdpNetwork;
import badger.udp.UdpException;
import badger.udp.UdpNetwork;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code badger iex}: the server that nodes find each other by. */
@Command(
        name = "iex",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        header = "Runs an IEX server: it tells the nodes of a mesh where the others are.",
        description = {
            "",
            "Listens on UDP port 9944, over IPv4 and IPv6, and needs neither arguments nor root. Nodes send it a "
                    + "heartbeat every 5 s; it sends each of them the map of all nodes. It keeps everything in memory, "
                    + "sees no traffic between nodes, unless --relay is given, and knows no key.",
            "",
            "Nodes must be able to reach the port: where the server is behind a NAT, forward UDP port 9944 to it; "
                    + "where it has a firewall, open that port. Open the next one, 9945, too, if nodes are to learn "
                    + "what kind of NAT they are behind. Nodes themselves need neither.",
            ""
        },
        optionListHeading = "Options (times as 30s, 500ms or 2m):%n",
        footer = {
            "",
            "Exit codes:",
            "  0  ended as asked, by SIGINT or SIGTERM",
            "  1  a fault while running",
            "  2  wrong usage, or the port is taken",
            "",
            "Examples:",
            "  badger iex",
            "  badger iex --listen 4000 --log-level warning",
            "  badger iex --purge-interval 30s --paper-keys both       for nodes built to the letter of the paper"
        })
public final class IexCommand implements Callable<Integer> {
    @Option(
            names = "--listen",
            paramLabel = "PORT",
            defaultValue = "9944",
            description = "UDP port, on all addresses of this host. Default: 9944; 0: a free one.")
    String listen;

    @Option(
            names = "--probe-port",
            paramLabel = "PORT",
            defaultValue = "next",
            description = "UDP port at which nodes ask what kind of NAT they are behind. Default: the one after "
                    + "--listen, 9945; 0: none.")
    String probePort;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "A node whose last heartbeat is longer ago leaves the map. Default: 30s.")
    String timeout;

    @Option(
            names = "--relay-interval",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "The map goes out this often, and at every change. Default: 5s.")
    String relayInterval;

    @Option(
            names = "--purge-interval",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "Silent nodes are looked for this often. Default: 1s; the paper has 30s, so that a node may "
                    + "stay on the map for 60 s.")
    String purgeInterval;

    @Option(
            names = "--max-nodes",
            paramLabel = "COUNT",
            defaultValue = "4096",
            description = "Further nodes are refused. Default: 4096. Up to about 560 fit into one map; beyond, each "
                    + "node is told of the first ones.")
    String maximumNodes;

    @Option(
            names = "--max-nodes-per-address",
            paramLabel = "COUNT",
            defaultValue = "64",
            description = "Further nodes from one public IPv4 address or IPv6 /64 are refused, except from this host. "
                    + "Default: 64.")
    String maximumNodesPerAddress;

    @Option(
            names = "--max-rate",
            paramLabel = "KBYTES",
            defaultValue = "50000",
            description = "Most kilobytes of maps sent in a second, to all nodes together. Default: 50000.")
    String maximumRate;

    @Option(
            names = "--relay",
            description =
                    "Pass on the encrypted packets of nodes that find no direct way to each other and were started "
                            + "with --relay auto. Default: no, as in the paper.")
    boolean relays;

    @Option(
            names = "--relay-rate",
            paramLabel = "MBYTES",
            description =
                    "Most megabytes passed on in a second with --relay, of all nodes together; of one node, a quarter. "
                            + "Default: 10.")
    String relayRate;

    @Option(
            names = "--paper-keys",
            paramLabel = "one|both",
            defaultValue = "one",
            description = "both: maps also carry each address as VirutalIP, as the paper's example spells it. "
                    + "Default: one.")
    String paperKeys;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warning, info, debug or trace. Default: info. The log goes to standard error.")
    String logLevel;

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        IexSettings settings = settings();
        Logging.configure(Logging.level(logLevel), System.err);
        try (Shutdown shutdown = new Shutdown();
                UdpNetwork network = new LinuxUdpNetwork()) {
            return serve(network, settings, shutdown);
        } catch (UdpException e) {
            throw new ConfigException(e.getMessage());
        }
    }

    private static int serve(UdpNetwork network, IexSettings settings, Shutdown shutdown) throws InterruptedException {
        try (IexServer server = IexServer.start(network, settings)) {
            shutdown.closeBy(server::close);
            return server.awaitEnd() ? 0 : 1;
        }
    }

    /** Judges the flags, one after the other and then together. */
    IexSettings settings() throws ConfigException {
        try {
            return IexSettings.builder()
                    .port(number("--listen", listen))
                    .probePort(probePort.equals("next") ? IexSettings.NEXT_PORT : port("--probe-port", probePort))
                    .timeout(Durations.parse("--timeout", timeout))
                    .mapInterval(Durations.parse("--relay-interval", relayInterval))
                    .purgeInterval(Durations.parse("--purge-interval", purgeInterval))
                    .maximumNodes(number("--max-nodes", maximumNodes))
                    .maximumNodesPerAddress(number("--max-nodes-per-address", maximumNodesPerAddress))
                    .maximumBytesPerSecond(1000L * number("--max-rate", maximumRate))
                    .writesBothSpellings(writesBothSpellings())
                    .relayBytesPerSecond(relayBytesPerSecond())
                    .build();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage() + ": see badger iex --help");
        }
    }

    private long relayBytesPerSecond() throws ConfigException {
        if (relayRate == null) {
            return relays ? IexSettings.RELAY_BYTES_PER_SECOND : 0;
        }
        int rate = number("--relay-rate", relayRate);
        if (!relays || rate < 1 || rate > 1_000) {
            throw new ConfigException(
                    relays
                            ? "--relay-rate " + Printable.text(relayRate)
                                    + " is out of range: give 1 to 1000 megabytes a second"
                            : "--relay-rate is of use with --relay alone: give both, or neither");
        }
        return 1_000_000L * rate;
    }

    private boolean writesBothSpellings() throws ConfigException {
        return switch (paperKeys) {
            case "one" -> false;
            case "both" -> true;
            default ->
                throw new ConfigException(
                        "--paper-keys " + Printable.text(paperKeys) + " is neither: give one or both");
        };
    }

    private static int port(String flag, String text) throws ConfigException {
        int port = number(flag, text);
        if (port < 0 || port > 0xFFFF) {
            throw new ConfigException(flag + " " + port + " is not between 0 and 65535: see badger iex --help");
        }
        return port;
    }

    private static int number(String flag, String text) throws ConfigException {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new ConfigException(flag + " " + Printable.text(text) + " is not a number: see badger iex --help");
        }
    }
}
