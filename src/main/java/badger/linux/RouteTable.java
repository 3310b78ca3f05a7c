package badger.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The routes of this network namespace, from /proc/net/route (the kernel's fib_trie.c) and /proc/net/ipv6_route (its
 * net/ipv6/route.c). Static; any thread may call.
 */
public final class RouteTable {
    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final Path IPV6_ROUTES = Path.of("/proc/net/ipv6_route");
    private static final int COLUMNS = 8;
    private static final int IPV6_COLUMNS = 10;
    private static final int RTF_UP = 1;

    /**
     * Routes with shorter prefixes do not count: other VPNs replace the IPv6 default route by such ones, for example
     * {@code 2000::/3} and {@code fc00::/7}.
     */
    private static final int SHORTEST_IPV6_LENGTH = 8;

    private RouteTable() {}

    /**
     * A route that shares addresses with a prefix, such as {@code 192.168.0.0/16 on eth0}. A default route does not
     * count. Half a default route does not count either, because other VPNs replace the default by {@code 0.0.0.0/1}
     * and {@code 128.0.0.0/1}.
     *
     * @param network big endian in an int
     * @return empty if there is none, or if the table cannot be read
     */
    public static Optional<String> overlapping(int network, int prefixLength) {
        try {
            return overlapping(Files.readAllLines(ROUTES), network, prefixLength);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    static Optional<String> overlapping(List<String> lines, int network, int prefixLength) {
        int mask = mask(prefixLength);
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            // Iface Destination Gateway Flags RefCnt Use Metric Mask ...
            String[] columns = line.trim().split("\\s+", -1);
            if (columns.length < COLUMNS || (Integer.parseInt(columns[3], 16) & RTF_UP) == 0) {
                continue;
            }
            int destination = address(columns[1]);
            int routeMask = address(columns[7]);
            int routeLength = Integer.bitCount(routeMask);
            boolean overlaps = (destination & mask & routeMask) == (network & mask & routeMask);
            if (routeLength > 1 && overlaps) {
                return Optional.of(text(destination) + "/" + routeLength + " on " + columns[0]);
            }
        }
        return Optional.empty();
    }

    /**
     * An IPv6 route that shares addresses with a prefix, such as {@code fd00:0:0:0:0:0:0:0/64 on eth0}. Routes of less
     * than 8 bits do not count: they are default routes, or parts of one.
     *
     * @param network 16 bytes
     * @return empty if there is none, or if the table cannot be read
     */
    public static Optional<String> overlappingIpv6(byte[] network, int prefixLength) {
        try {
            return overlappingIpv6(Files.readAllLines(IPV6_ROUTES), network, prefixLength);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    static Optional<String> overlappingIpv6(List<String> lines, byte[] network, int prefixLength) {
        for (String line : lines) {
            // Destination Length Source Length NextHop Metric RefCnt Use Flags Iface, numbers in hexadecimal.
            String[] columns = line.trim().split("\\s+", -1);
            if (columns.length < IPV6_COLUMNS || (Integer.parseUnsignedInt(columns[8], 16) & RTF_UP) == 0) {
                continue;
            }
            byte[] destination = HexFormat.of().parseHex(columns[0]);
            int routeLength = Integer.parseInt(columns[1], 16);
            if (routeLength >= SHORTEST_IPV6_LENGTH
                    && shareBits(destination, network, Math.min(routeLength, prefixLength))) {
                return Optional.of(text(destination) + "/" + routeLength + " on " + columns[9]);
            }
        }
        return Optional.empty();
    }

    private static boolean shareBits(byte[] one, byte[] other, int bits) {
        for (int i = 0; i < bits; i++) {
            int differing = one[i / Byte.SIZE] ^ other[i / Byte.SIZE];
            if (((differing >> (Byte.SIZE - 1 - i % Byte.SIZE)) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static int mask(int prefixLength) {
        return prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
    }

    /** Reads an address, which the kernel prints as if its big-endian word were a number of the machine. */
    private static int address(String hex) {
        int word = Integer.parseUnsignedInt(hex, 16);
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(word) : word;
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "." + (address & 0xFF);
    }
}
