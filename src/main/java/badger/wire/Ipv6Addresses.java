package badger.wire;

import java.util.List;
import java.util.stream.LongStream;

/**
 * The IPv6 addresses of one node. Immutable; any thread may read it. {@link #contains} runs for each packet and
 * allocates nothing.
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
     * @param addresses at most {@link #MOST} different ones; repetitions are left out
     * @throws IllegalArgumentException if there are more
     */
    public static Ipv6Addresses of(List<Ipv6Address> addresses) {
        List<Ipv6Address> distinct = addresses.stream().distinct().toList();
        if (distinct.size() > MOST) {
            throw new IllegalArgumentException("too many addresses: " + distinct.size());
        }
        return distinct.isEmpty() ? NONE : new Ipv6Addresses(distinct);
    }

    /** Whether the address with these two halves is one of them. */
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

    /** The addresses with commas between them. */
    @Override
    public String toString() {
        return String.join(",", list.stream().map(Ipv6Address::toString).toList());
    }
}
