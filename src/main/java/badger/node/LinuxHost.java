package badger.node;

import badger.config.ConfigException;
import badger.config.IexAddress;
import badger.discovery.Host;
import badger.udp.Endpoint;
import badger.wire.NodeAddresses;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a node asks of a Linux host: where IEX is, the host's own addresses, the MTU of its interfaces, and who the
 * node is. Any thread.
 */
public final class LinuxHost implements Host {
    private static final System.Logger LOG = System.getLogger(LinuxHost.class.getName());

    /** A packet that is this much smaller than the link fits it: record 42, UDP 8, IPv6 40 bytes, and 10 to spare. */
    static final int OVERHEAD_BYTES = 100;

    /** Assumed where the interface tells no MTU, or, like loopback, one that is too large. */
    private static final int ETHERNET_MTU = 1_500;

    private static final int LARGEST_LINK_MTU = 9_000;

    private final List<IexAddress> iexAddresses;
    private final InetAddress givenPrivateAddress;
    private int located;

    /** @param givenPrivateAddress what the user says this host's address in its LAN is, or null to find out */
    public LinuxHost(List<IexAddress> iexAddresses, InetAddress givenPrivateAddress) {
        this.iexAddresses = iexAddresses;
        this.givenPrivateAddress = givenPrivateAddress;
    }

    /** Resolves the names anew and returns the next of all their addresses, so that another follows a silent server. */
    @Override
    public synchronized Endpoint locateIex() {
        List<Endpoint> all = new ArrayList<>();
        for (IexAddress address : iexAddresses) {
            try {
                all.addAll(address.resolve());
            } catch (ConfigException unknown) {
                // The network may be down for a while. The node asks again as long as IEX is silent.
                LOG.log(System.Logger.Level.DEBUG, unknown.getMessage());
            }
        }
        return all.isEmpty() ? null : all.get(located++ % all.size());
    }

    @Override
    public Endpoint privateEndpoint(Endpoint iex, int port) {
        InetAddress address = givenPrivateAddress == null ? addressTowards(iex) : givenPrivateAddress;
        return address == null ? null : Endpoint.of(address, port);
    }

    @Override
    public List<Endpoint> furtherEndpoints(Endpoint privateEndpoint, int port, NodeAddresses mesh) {
        return LocalAddresses.endpoints(privateEndpoint, port, mesh);
    }

    /** The MTU for a TUN whose packets leave by the interface towards {@code iex}; for Ethernet if that is null. */
    public static int defaultMtu(Endpoint iex) {
        int linkMtu = ETHERNET_MTU;
        InetAddress address = iex == null ? null : addressTowards(iex);
        try {
            NetworkInterface link = address == null ? null : NetworkInterface.getByInetAddress(address);
            if (link != null && !link.isLoopback()) {
                linkMtu = Math.min(link.getMTU(), LARGEST_LINK_MTU);
            }
        } catch (SocketException unknown) {
            linkMtu = ETHERNET_MTU;
        }
        return linkMtu - OVERHEAD_BYTES;
    }

    /**
     * The name by which IEX tells a restart of this node from another node that claims its address. It is the same on
     * every start of one device in one network namespace of one machine, and does not reveal the machine's identity.
     */
    public static String nodeId(String device) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("badger node id".getBytes(StandardCharsets.US_ASCII));
            digest.update(machineId());
            digest.update(hostName().getBytes(StandardCharsets.UTF_8));
            digest.update(networkNamespace().getBytes(StandardCharsets.US_ASCII));
            digest.update(device.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The address from which this host would send to {@code remote}, or null. A connect sends nothing (udp(7)). */
    private static InetAddress addressTowards(Endpoint remote) {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(remote.address(), remote.port()));
            InetAddress local = probe.getLocalAddress();
            return local.isAnyLocalAddress() ? null : local;
        } catch (IOException | java.io.UncheckedIOException unreachable) {
            return null;
        }
    }

    private static byte[] machineId() {
        try {
            return Files.readAllBytes(Path.of("/etc/machine-id"));
        } catch (IOException none) {
            return new byte[0];
        }
    }

    /** Machines that were cloned with one machine-id still differ in this. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"));
        } catch (IOException none) {
            return "";
        }
    }

    /** This process's, such as {@code net:[4026531840]}; empty if unknown. */
    public static String networkNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException none) {
            return "";
        }
    }
}
