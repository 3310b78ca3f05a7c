package badger.cli;

import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.config.ConfigException;
import badger.config.IexAddress;
import badger.config.Logging;
import badger.config.MapCache;
import badger.config.NodeConfig;
import badger.config.Offloads;
import badger.config.Offloads.Offload;
import badger.connect.ConnectPolicy;
import badger.connect.ConnectPolicy.When;
import badger.connect.SessionTimings;
import badger.discovery.MapMemory;
import badger.handshake.Psk;
import badger.node.LinuxHost;
import badger.node.MapFile;
import badger.node.Node;
import badger.node.NodeReport;
import badger.node.NodeSettings;
import badger.node.StatusSocket;
import badger.record.RecordProtection;
import badger.tun.LinuxTun;
import badger.tun.Tun;
import badger.tun.TunException;
import badger.tun.TunOffloads;
import badger.udp.Endpoint;
import badger.udp.LinuxUdpNetwork;
import badger.udp.UdpException;
import badger.udp.UdpOffloads;
import badger.wire.Ipv6Prefix;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Starts a node and waits for its end. */
final class NodeCommand {
    private static final Logger LOGGER = System.getLogger("badger");

    /** The largest payload of UDP over IPv4. The records of one super-packet should fit into it. */
    private static final int LARGEST_SEND_BYTES = 65_507;

    /** IPv4 and TCP with time stamps. */
    private static final int TCP_HEADERS_BYTES = 52;

    private static final int MOST_SUGGESTED_QUEUES = 4;

    /** IPv6 and TCP with time stamps. The limit holds for both versions, so these count where there is IPv6. */
    private static final int TCP_OVER_IPV6_HEADERS_BYTES = 72;

    private NodeCommand() {}

    /**
     * Runs a node until it is asked to end.
     *
     * @param config what to run; the caller wipes its key afterwards
     * @return the exit code
     * @throws ConfigException where the node cannot start, with the exit code that says why
     */
    static int runNode(NodeConfig config) throws ConfigException {
        Logging.configure(config.logLevel(), System.err);
        config.warnings().forEach(warning -> LOGGER.log(Level.WARNING, warning));
        MapMemory memory = mapMemory(config);
        LinuxHost host = new LinuxHost(config.iex(), config.privateIp().orElse(null));
        Endpoint iex = firstIex(config, memory);
        refuseOverlap(config);
        int mtu = config.mtu().orElseGet(() -> LinuxHost.defaultMtu(iex));
        NodeConfig.requireRoomForIpv6(
                mtu,
                "the interface towards the IEX server leaves an MTU of " + mtu + ", too small",
                config.addresses());
        AeadBackend aead = aead(config);
        try (Shutdown shutdown = new Shutdown();
                Tun tun = openTun(config, mtu);
                LinuxUdpNetwork network = new LinuxUdpNetwork(udpOffloads(config));
                Node node = new Node(settings(config, aead, memory), host, tun, network);
                StatusSocket control =
                        StatusSocket.open(config.control(), new NodeReport(node, config.virtualIp(), tun.name()))) {
            shutdown.closeBy(inTurn(control::close, node::close));
            node.start();
            LOGGER.log(
                    Level.INFO,
                    "node " + config.addresses() + " is up: device=" + tun.name() + " mtu=" + mtu + " port="
                            + node.port() + " iex=" + (iex == null ? "unknown" : iex) + " aead=" + aead.name()
                            + " offloads=" + tun.offloads());
            // Only a signal ends a node, and its shutdown hook ends the process.
            new CountDownLatch(1).await();
            return 0;
        } catch (TunException refused) {
            throw new ConfigException(
                    refused.getMessage(), refused.isPrivilege() ? ConfigException.PRIVILEGE : ConfigException.USAGE);
        } catch (UdpException refused) {
            throw new ConfigException(refused.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static Runnable inTurn(Runnable first, Runnable second) {
        return () -> {
            first.run();
            second.run();
        };
    }

    private static AeadBackend aead(NodeConfig config) throws ConfigException {
        try {
            return config.aead().map(Aeads::named).orElseGet(Aeads::preferred);
        } catch (IllegalArgumentException absent) {
            throw new ConfigException("--aead " + config.aead().orElse("auto") + ": " + absent.getMessage());
        }
    }

    private static Tun openTun(NodeConfig config, int mtu) {
        boolean tso = config.offloads().has(Offload.TSO);
        boolean uso = config.offloads().has(Offload.USO);
        TunOffloads wanted = new TunOffloads(tso || uso, tso, tso, uso);
        int queues = config.queues().orElseGet(NodeCommand::suggestedQueues);
        LinuxTun tun = LinuxTun.open(config.device(), config.addresses(), mtu, wanted, queues);
        int segments = LARGEST_SEND_BYTES / (mtu + RecordProtection.BADGER_OVERHEAD_BYTES);
        int headers = config.addresses().ipv6().isEmpty() ? TCP_HEADERS_BYTES : TCP_OVER_IPV6_HEADERS_BYTES;
        if (tun.offloads().isAny() && !tun.limitSuperPackets(segments * (mtu - headers) + headers)) {
            LOGGER.log(Level.DEBUG, "the kernel keeps its own limit of super-packets");
        }
        return tun;
    }

    /** A second thread that seals is worth it only where it leaves a processor to the thread that receives. */
    private static int suggestedQueues() {
        int processors = Runtime.getRuntime().availableProcessors();
        return processors < 4 ? 1 : Math.min(processors / 2, MOST_SUGGESTED_QUEUES);
    }

    private static UdpOffloads udpOffloads(NodeConfig config) {
        Offloads offloads = config.offloads();
        return new UdpOffloads(offloads.has(Offload.GSO), offloads.has(Offload.GRO), offloads.has(Offload.TAIL));
    }

    private static MapMemory mapMemory(NodeConfig config) {
        MapCache cache = config.mapCache();
        return cache.isWanted()
                ? new MapFile(cache.path()
                        .orElseGet(() -> MapFile.defaultPath(
                                config.device(), config.virtualIp().addressText())))
                : MapMemory.NONE;
    }

    /**
     * The first address of an IEX server that resolves. If none does, the name is more likely wrong than the network
     * down. A node that has a map has been in the mesh before, and starts from the map.
     *
     * @return null if nothing resolves and there is a map to start from
     * @throws ConfigException if nothing resolves and there is no map
     */
    private static Endpoint firstIex(NodeConfig config, MapMemory memory) throws ConfigException {
        ConfigException unresolved = null;
        for (IexAddress address : config.iex()) {
            try {
                return address.resolve().getFirst();
            } catch (ConfigException unknown) {
                unresolved = unknown;
            }
        }
        if (memory.recall().length > 0) {
            LOGGER.log(Level.WARNING, unresolved.getMessage() + "; starting from the last map");
            return null;
        }
        throw unresolved;
    }

    private static void refuseOverlap(NodeConfig config) throws ConfigException {
        refuseOverlap(config.virtualIp().toString(), LinuxTun.overlappingRoute(config.virtualIp()));
        for (Ipv6Prefix prefix : config.addresses().ipv6()) {
            refuseOverlap(prefix.toString(), LinuxTun.overlappingRoute(prefix));
        }
    }

    private static void refuseOverlap(String prefix, Optional<String> route) throws ConfigException {
        if (route.isPresent()) {
            throw new ConfigException("--vip " + prefix + " overlaps the route " + route.get()
                    + ": choose a prefix that this host does not use yet");
        }
    }

    private static ConnectPolicy connecting(NodeConfig config) {
        When when = config.opensOnDemand()
                .map(isOnDemand -> isOnDemand ? When.ON_DEMAND : When.EAGER)
                .orElse(When.AUTO);
        return ConnectPolicy.of(when);
    }

    private static NodeSettings settings(NodeConfig config, AeadBackend aead, MapMemory memory) {
        byte[] key = config.psk().bytes();
        try {
            return NodeSettings.of(config.addresses(), Psk.of(key), aead)
                    .withPort(config.port())
                    .withNodeId(LinuxHost.nodeId(config.device()))
                    .withStrictRemoval(config.isStrictRemoval())
                    .withTimings(new SessionTimings(
                            config.keepAlive().orElse(SessionTimings.KEEP_ALIVE),
                            config.renewal().orElse(SessionTimings.RENEWAL)))
                    .withConnecting(connecting(config))
                    .withMapMemory(memory)
                    .withPartialChecksums(config.offloads().has(Offload.CHECKSUM))
                    .withRelay(config.usesRelay());
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
