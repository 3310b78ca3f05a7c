package badger.wire;

import java.util.OptionalInt;

/**
 * An IPv4 address with the length of its subnet, such as {@code 10.0.0.10/16}.
 *
 * @param address the host's own address, big endian in an int
 * @param length 0 to 32
 */
public record Ipv4Prefix(int address, int length) {
    public Ipv4Prefix {
        if (length < 0 || length > 32) {
            throw new IllegalArgumentException("prefix length out of range: " + length);
        }
    }

    public int mask() {
        return length == 0 ? 0 : -1 << (32 - length);
    }

    public int network() {
        return address & mask();
    }

    public int broadcast() {
        return address | ~mask();
    }

    public boolean contains(int other) {
        return (other & mask()) == network();
    }

    public boolean overlaps(Ipv4Prefix other) {
        return contains(other.network()) || other.contains(network());
    }

    public String addressText() {
        return format(address);
    }

    @Override
    public String toString() {
        return format(address) + "/" + length;
    }

    /** The dotted quad of an address. */
    public static String format(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "." + (address & 0xFF);
    }

    /**
     * Reads exactly four decimal numbers from 0 to 255 without leading zeros. The JDK also reads {@code 10.1} and the
     * like, which would let two texts name one node.
     *
     * @return the address, or empty if the text is anything else
     */
    public static OptionalInt parseAddress(String text) {
        int address = 0;
        int parts = 0;
        int at = 0;
        while (at < text.length()) {
            int value = 0;
            int digits = 0;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && digits < 4) {
                value = value * 10 + text.charAt(at++) - '0';
                digits++;
            }
            boolean hasLeadingZero = digits > 1 && text.charAt(at - digits) == '0';
            if (digits == 0 || digits > 3 || value > 255 || hasLeadingZero || parts == 4) {
                return OptionalInt.empty();
            }
            address = address << 8 | value;
            parts++;
            if (at == text.length()) {
                return parts == 4 ? OptionalInt.of(address) : OptionalInt.empty();
            }
            if (text.charAt(at++) != '.') {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }
}
