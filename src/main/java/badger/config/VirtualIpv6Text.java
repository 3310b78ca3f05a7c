package badger.config;

import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import java.util.List;
import java.util.Optional;

/** Reads an IPv6 {@code --vip}: an address that a host can have, in a prefix that a mesh can have. */
final class VirtualIpv6Text {
    private static final int BITS = 128;
    private static final int ASSUMED_LENGTH = 64;
    private static final int SHORTEST_LENGTH = 8;

    /** Subnets with at least this length have no address that belongs to their routers (RFC 6164). */
    private static final int POINT_TO_POINT_LENGTH = 127;

    private VirtualIpv6Text() {}

    static Ipv6Prefix parse(String text, List<String> warnings) throws ConfigException {
        int slash = text.indexOf('/');
        Optional<Ipv6Address> address = Ipv6Address.parse(slash < 0 ? text : text.substring(0, slash));
        int length = slash < 0 ? ASSUMED_LENGTH : Numbers.parse(text.substring(slash + 1));
        if (address.isEmpty() || length < 0 || length > BITS) {
            throw new ConfigException("--vip " + Printable.text(text)
                    + " is not an IPv6 address with its prefix length: give one such as fd12:3456:789a::10/64");
        }
        Ipv6Prefix prefix = new Ipv6Prefix(address.get(), length);
        requireUsable(prefix);
        if (slash < 0) {
            warnings.add("--vip " + text + " has no prefix length: " + prefix + " is assumed");
        }
        if (!prefix.address().isUniqueLocal()) {
            warnings.add("--vip " + prefix
                    + " is not in a unique local range: hosts on the internet with these addresses become unreachable");
        }
        return prefix;
    }

    private static void requireUsable(Ipv6Prefix prefix) throws ConfigException {
        if (!prefix.address().isUniqueLocalOrGlobal()) {
            throw new ConfigException(
                    "--vip " + prefix + " lies in a range that hosts cannot use: give an address from "
                            + "a unique local range, such as fd12:3456:789a::10/64");
        }
        if (prefix.length() < SHORTEST_LENGTH) {
            throw new ConfigException("--vip " + prefix
                    + " takes too much of the address space: give a prefix length of " + SHORTEST_LENGTH + " or more");
        }
        if (prefix.length() == BITS) {
            throw new ConfigException(
                    "--vip " + prefix + " leaves no room for another node: give the mesh's prefix length, such as /64");
        }
        if (prefix.length() < POINT_TO_POINT_LENGTH && prefix.address().equals(prefix.network())) {
            throw new ConfigException("--vip " + prefix
                    + " is the subnet's own address, which belongs to its routers: give a host's address in it");
        }
    }
}
