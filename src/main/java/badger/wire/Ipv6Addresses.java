package badger.wire;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The IPv6 addresses of one node, immutable, looked at once for each packet: {@link #contains} allocates nothing. Any
 * thread may read it.
 */
public final class Ipv6Addresses {
    /** How many a node may have. */
    public static final int MOST = 4;

    public static final Ipv6Addresses NONE = new Ipv6Addresses(List.of());

    private final List<Ipv6Address> list;
    private final long[] halves;

    private Ipv6Addresses(List<Ipv6Address> list) {
        this.list = list;
        halves = list.stream()
                .flatMapToLong(each -> LongStream.of(each.high(), each.low()))
                .toArray();
    }

    /**
     * Collects addresses in their order.
     *
     * @param addresses at most {@link #MOST}; one that comes again is left out
     */
    public static Ipv6Addresses of(List<Ipv6Address> addresses) {
        List<Ipv6Address> distinct = addresses.stream().distinct().toList();
        if (distinct.size() > MOST) {
            throw new IllegalArgumentException("too many addresses: " + distinct.size());
        }
        return distinct.isEmpty() ? NONE : new Ipv6Addresses(distinct);
    }

    /** Whether the address of these two halves is among them. */
    public boolean contains(long high, long low) {
        for (int i = 0; i < halves.length; i += 2) {
            if (halves[i + 1] == low && halves[i] == high) {
                return true;
            }
        }
        return false;
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** In the order in which they were given. */
    public List<Ipv6Address> list() {
        return list;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ipv6Addresses addresses && list.equals(addresses.list);
    }

    @Override
    public int hashCode() {
        return list.hashCode();
    }

    /** With commas between them. */
    @Override
    public String toString() {
        return String.join(",", list.stream().map(Ipv6Address::toString).toList());
    }
}
