package badger.wire;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An IPv6 address (RFC 4291) as two numbers, so that comparing it with a packet's needs no object.
 *
 * @param high the first eight bytes, big endian
 * @param low the last eight bytes
 */
public record Ipv6Address(long high, long low) {
    /** The longest text of an address: eight groups, or six and a dotted quad. */
    public static final int LONGEST_TEXT = 45;

    private static final int GROUPS = 8;
    private static final long MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;

    /**
     * Reads an address without brackets, zone or prefix length, in any of the forms of RFC 4291, section 2.2.
     *
     * @return empty if the text is anything else
     */
    public static Optional<Ipv6Address> parse(String text) {
        boolean mayBeOne = text.length() <= LONGEST_TEXT
                && text.indexOf(':') >= 0
                && text.chars().allMatch(Ipv6Address::isOfAnAddress);
        if (!mayBeOne) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(Inet6Address.ofLiteral(text)));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /**
     * Whether a host of a mesh can have it: unique local (RFC 4193) or global unicast (RFC 4291, section 2.4). These
     * ranges contain no unspecified, loopback, IPv4-mapped, link-local or multicast addresses.
     */
    public boolean isUniqueLocalOrGlobal() {
        return isUniqueLocal() || high >>> 61 == 0b001;
    }

    /** Whether it lies in fc00::/7. */
    public boolean isUniqueLocal() {
        return high >>> 57 == 0xFC >>> 1;
    }

    /** Whether an address with these first eight bytes lies in ff00::/8. */
    public static boolean isMulticast(long high) {
        return high >>> 56 == 0xFF;
    }

    /** Whether an address with these first eight bytes lies in fe80::/10. */
    public static boolean isLinkLocal(long high) {
        return high >>> 54 == 0xFE80 >>> 6;
    }

    /** The canonical text (RFC 5952), such as {@code fd00::10}. */
    @Override
    public String toString() {
        int zerosAt = -1;
        int zeros = 1;
        for (int at = 0; at < GROUPS; at++) {
            int end = at;
            while (end < GROUPS && group(end) == 0) {
                end++;
            }
            // The first of the longest runs, but no single group (RFC 5952, section 4.2).
            if (end - at > zeros) {
                zerosAt = at;
                zeros = end - at;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < GROUPS; at++) {
            if (at == zerosAt) {
                text.append("::");
                at += zeros - 1;
            } else {
                boolean needsColon = at > 0 && text.charAt(text.length() - 1) != ':';
                text.append(needsColon ? ":" : "").append(Integer.toHexString(group(at)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xFFFF;
    }

    /** The JDK turns an IPv4-mapped address into an IPv4 one. This turns it back into what was written. */
    private static Ipv6Address of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == Integer.BYTES
                ? new Ipv6Address(0, MAPPED_PREFIX | Integer.toUnsignedLong(bytes.getInt()))
                : new Ipv6Address(bytes.getLong(), bytes.getLong());
    }

    private static boolean isOfAnAddress(int character) {
        return (character >= '0' && character <= '9')
                || (character >= 'a' && character <= 'f')
                || (character >= 'A' && character <= 'F')
                || character == ':'
                || character == '.';
    }
}
