package badger.cli;

import badger.config.ConfigException;
import badger.config.NodeArguments;
import badger.config.NodeConfig;
import badger.config.PreSharedKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags of a node, as text. {@link NodeConfig} judges them, so that each mistake has its own sentence. */
public final class NodeOptions {
    @Option(
            names = "--vip",
            paramLabel = "ADDRESS/LENGTH",
            description = "This node's IPv4 address in the mesh and the mesh's prefix length, such as 10.0.0.10/16. "
                    + "No two nodes may have the same address. Required. IPv6 addresses may join it, up to four, by "
                    + "commas or by repeating the flag, such as fd12:3456:789a::10/64.")
    List<String> virtualIps = new ArrayList<>();

    @Option(
            names = "--iex",
            paramLabel = "HOST[:PORT]",
            description = "The IEX server, by name or address; [IPV6]:PORT for IPv6. Default port: 9944. Required.")
    List<String> iex = new ArrayList<>();

    @Option(
            names = "--psk-file",
            paramLabel = "FILE",
            description = "File with the key that all nodes of the mesh share: its bytes as they are, without one line "
                    + "end at the end. Only its owner may be able to read it (chmod 600).")
    Path pskFile;

    @Option(
            names = "--psk",
            paramLabel = "KEY",
            description = "The key itself, in UTF-8. Other users of this host see it in the process list.")
    String psk;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The one local UDP port for everything. Default: 0, a free one.")
    String port;

    @Option(
            names = "--private-ip",
            paramLabel = "ADDRESS",
            description = "This host's address in its local network, told to the other nodes. "
                    + "Default: that of the interface towards the IEX server.")
    String privateIp;

    @Option(
            names = "--dev",
            paramLabel = "NAME",
            description = "Name of the TUN device, at most 15 characters. Default: " + NodeConfig.DEFAULT_DEVICE + ".")
    String device;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "MTU of the TUN device, " + NodeConfig.SMALLEST_MTU + " to " + NodeConfig.LARGEST_MTU
                    + ", with IPv6 from " + NodeConfig.SMALLEST_IPV6_MTU + " on. "
                    + "Default: that of the interface towards the IEX server minus 100, so 1400 on Ethernet.")
    String mtu;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "error, warning, info, debug or trace. Default: info. The log goes to standard error.")
    String logLevel;

    @Option(
            names = "--offload",
            paramLabel = "LIST",
            description = "What to leave to the kernel, so that many packets cost one system call, and to the record's "
                    + "tag: all, none, or some of tso (TCP at the TUN), uso (UDP at the TUN), gso (sending), gro "
                    + "(receiving), checksum (of TCP and UDP inside the tunnel), with commas; or all without some, "
                    + "such as all,-checksum. Not in all: tail, against kernels that corrupt a gso of equal "
                    + "datagrams (7.0 to 7.1.4 with some network cards). Default: all. What the kernel cannot do is "
                    + "left out by itself.")
    String offload;

    @Option(
            names = "--aead",
            paramLabel = "LIBRARY",
            description =
                    "What encrypts packets: ipsec-mb (libIPSec_MB.so.1), openssl (libcrypto.so.3), jce (the JDK), or "
                            + "auto for the first, or for the second where that is alone here or twice as fast in a "
                            + "short trial at start, and jce where neither is here. Default: auto.")
    String aead;

    @Option(
            names = "--queues",
            paramLabel = "COUNT",
            description = "Queues of the TUN, 1 to " + NodeConfig.MOST_QUEUES
                    + ", each read and encrypted by a thread of its own; "
                    + "packets of one flow stay in one. Default: auto, 1 below four processors, then half as many "
                    + "as those, up to 4.")
    String queues;

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description = "UNIX socket at which badger counters asks this node, or none. Default: "
                    + "/run/badger/DEVICE.sock, or DEVICE-PID.sock there while another node holds that one.")
    String control;

    @Option(
            names = "--map-cache",
            paramLabel = "PATH",
            description =
                    "File in which the last map is kept, so that this node can start while no IEX server answers, or "
                            + "none. Default: /var/lib/badger/DEVICE-ADDRESS.map.")
    String mapCache;

    @Option(
            names = "--keepalive",
            paramLabel = "TIME",
            description =
                    "After so long without a packet to a peer, an empty one keeps the way through NATs and firewalls "
                            + "open: 1s to 20s. Default: 15s.")
    String keepAlive;

    @Option(
            names = "--rekey",
            paramLabel = "TIME",
            description =
                    "After so long the keys of a tunnel are replaced, without an interruption: 1s to 1440m. After "
                            + "three times as long they are used no more. Default: 10m.")
    String renewal;

    @Option(
            names = "--relay",
            paramLabel = "never|auto",
            description =
                    "auto: the IEX server may pass on encrypted packets to and from nodes for which no direct way "
                            + "is found, until one is; where the server relays and those nodes want it, too. "
                            + "Default: never.")
    String relay;

    @Option(
            names = "--connect",
            paramLabel = "WHEN",
            description =
                    "When to open a tunnel to another node: eager, as soon as the map names it; on-demand, at the "
                            + "first packet, and to close it after 5m without one; or auto, on demand among more than "
                            + "256 nodes and eager below 200. Default: auto.")
    String connect;

    @Option(
            names = "--strict-removal",
            description = "Drop a peer as soon as one map of the IEX server lacks it, even while it talks. "
                    + "Default: a peer that talks stays.")
    boolean isStrictRemoval;

    public int run(Map<String, String> environment) throws ConfigException {
        NodeConfig config = NodeConfig.of(arguments(), environment);
        try (PreSharedKey _ = config.psk()) {
            return NodeCommand.runNode(config);
        }
    }

    /** The flags by name, still unjudged. */
    NodeArguments arguments() {
        return new NodeArguments()
                .virtualIps(virtualIps)
                .iex(iex)
                .psk(psk)
                .pskFile(pskFile)
                .port(port)
                .privateIp(privateIp)
                .device(device)
                .mtu(mtu)
                .logLevel(logLevel)
                .offload(offload)
                .aead(aead)
                .queues(queues)
                .control(control)
                .mapCache(mapCache)
                .keepAlive(keepAlive)
                .renewal(renewal)
                .relay(relay)
                .connect(connect)
                .strictRemoval(isStrictRemoval);
    }
}
