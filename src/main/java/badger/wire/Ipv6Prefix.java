package badger.wire;

/**
 * An IPv6 address with the length of its subnet, such as {@code fd00::10/64}.
 *
 * @param address the host's own address
 * @param length 0 to 128
 */
public record Ipv6Prefix(Ipv6Address address, int length) {
    private static final int BITS = 128;

    public Ipv6Prefix {
        if (length < 0 || length > BITS) {
            throw new IllegalArgumentException("prefix length out of range: " + length);
        }
    }

    /** The subnet's first address, which belongs to its routers (RFC 4291, section 2.6.1). */
    public Ipv6Address network() {
        return new Ipv6Address(address.high() & mask(length), address.low() & mask(length - Long.SIZE));
    }

    public boolean contains(Ipv6Address other) {
        return contains(other.high(), other.low());
    }

    /** As {@link #contains(Ipv6Address)}, for an address in two halves. */
    public boolean contains(long high, long low) {
        return ((high ^ address.high()) & mask(length)) == 0 && ((low ^ address.low()) & mask(length - Long.SIZE)) == 0;
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }

    /** Half a mask with {@code ones} leading ones. A count below 0 or above 64 means 0 or 64. */
    private static long mask(int ones) {
        return ones <= 0 ? 0 : -1L << (Long.SIZE - Math.min(ones, Long.SIZE));
    }
}
