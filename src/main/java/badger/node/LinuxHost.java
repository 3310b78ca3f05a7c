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

/** What a node asks of a Linux host: names, own addresses, interface sizes, and who it is. */
public final class LinuxHost implements Host {
    private static final System.Logger LOG = System.getLogger(LinuxHost.class.getName());

    /** Record 42, UDP 8 and IPv6 40 bytes, and 10 to spare: a packet of this much less fits the link. */
    static final int OVERHEAD_BYTES = 100;

    /** What is taken for granted where the interface tells nothing, or, like loopback, tells too much. */
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

    /** The next address of all that the given names have now, so that a silent server gives way to another. */
    @Override
    public synchronized Endpoint locateIex() {
        List<Endpoint> all = new ArrayList<>();
        for (IexAddress address : iexAddresses) {
            try {
                all.addAll(address.resolve());
            } catch (ConfigException unknown) {
                // Names come and go with the network; the node asks again while IEX is silent.
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

    /** The MTU for a TUN whose packets leave by the interface towards {@code iex}, Ethernet's if that is null. */
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
     * Names this node to IEX, so that it can restart without being taken for a rival: the same on every start of one
     * device in one network namespace of one machine. It gives nothing of the machine's identity away.
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

    /** The address from which this host would send to {@code remote}; a connect sends nothing (udp(7)). */
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

    /** Tells machines apart that were cloned with their machine-id. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"));
        } catch (IOException none) {
            return "";
        }
    }

    /** Such as {@code net:[4026531840]}; empty if unknown. */
    public static String networkNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException none) {
            return "";
        }
    }
}
