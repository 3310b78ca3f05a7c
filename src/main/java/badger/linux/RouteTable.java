package badger.linux;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The IPv4 routes of this network namespace, as /proc/net/route shows them (the kernel's fib_trie.c). */
public final class RouteTable {
    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final int COLUMNS = 8;
    private static final int RTF_UP = 1;

    private RouteTable() {}

    /**
     * A route that shares addresses with a prefix, such as {@code 192.168.0.0/16 on eth0}. A default route does not
     * count, nor does half of one: {@code 0.0.0.0/1} and {@code 128.0.0.0/1} are how other VPNs replace the default.
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

    private static int mask(int prefixLength) {
        return prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
    }

    /** The kernel prints the big-endian word as if it were a number of the machine. */
    private static int address(String hex) {
        int word = Integer.parseUnsignedInt(hex, 16);
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(word) : word;
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "." + (address & 0xFF);
    }
}
