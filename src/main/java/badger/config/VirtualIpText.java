package badger.config;

import badger.wire.Ipv4Prefix;
import java.util.List;
import java.util.OptionalInt;

/** Reads an IPv4 {@code --vip}: an address that a host can have, in a prefix that a mesh can have. */
final class VirtualIpText {
    private static final int ASSUMED_LENGTH = 16;
    private static final int SHORTEST_LENGTH = 8;

    private static final List<Ipv4Prefix> UNUSABLE = List.of(
            prefix("0.0.0.0/8"),
            prefix("127.0.0.0/8"),
            prefix("169.254.0.0/16"),
            prefix("224.0.0.0/4"),
            prefix("240.0.0.0/4"));
    private static final List<Ipv4Prefix> PRIVATE = List.of(
            prefix("10.0.0.0/8"),
            prefix("172.16.0.0/12"),
            prefix("192.168.0.0/16"),
            prefix("100.64.0.0/10"),
            prefix("198.18.0.0/15"));

    private VirtualIpText() {}

    static Ipv4Prefix parse(String text, List<String> warnings) throws ConfigException {
        int slash = text.indexOf('/');
        OptionalInt address = Ipv4Prefix.parseAddress(slash < 0 ? text : text.substring(0, slash));
        int length = slash < 0 ? ASSUMED_LENGTH : Numbers.parse(text.substring(slash + 1));
        if (address.isEmpty() || length < 0 || length > 32) {
            throw new ConfigException("--vip " + Printable.text(text)
                    + " is not an IPv4 address with its prefix length: give one such as 10.0.0.10/16");
        }
        Ipv4Prefix virtualIp = new Ipv4Prefix(address.getAsInt(), length);
        requireUsable(virtualIp);
        if (slash < 0) {
            warnings.add("--vip " + text + " has no prefix length: " + virtualIp + " is assumed");
        }
        if (PRIVATE.stream().noneMatch(range -> range.contains(virtualIp.network()))) {
            warnings.add("--vip " + virtualIp
                    + " is not in a private range: hosts on the internet with these addresses become unreachable");
        }
        return virtualIp;
    }

    private static void requireUsable(Ipv4Prefix virtualIp) throws ConfigException {
        if (virtualIp.length() < SHORTEST_LENGTH) {
            throw new ConfigException("--vip " + virtualIp
                    + " takes too much of the address space: give a prefix length of " + SHORTEST_LENGTH + " or more");
        }
        if (virtualIp.length() == 32) {
            throw new ConfigException("--vip " + virtualIp
                    + " leaves no room for another node: give the mesh's prefix length, such as /16");
        }
        if (UNUSABLE.stream().anyMatch(range -> range.overlaps(virtualIp))) {
            throw new ConfigException("--vip " + virtualIp
                    + " lies in a range that hosts cannot use: give an address from a private range,"
                    + " such as 10.0.0.10/16");
        }
        // A /31 has two hosts and neither of the two special addresses (RFC 3021).
        boolean hasSpecialAddresses = virtualIp.length() < 31;
        if (hasSpecialAddresses && virtualIp.address() == virtualIp.network()) {
            throw new ConfigException(
                    "--vip " + virtualIp + " is the network's own address: give a host's address in it");
        }
        if (hasSpecialAddresses && virtualIp.address() == virtualIp.broadcast()) {
            throw new ConfigException("--vip " + virtualIp + " is the broadcast address: give a host's address");
        }
    }

    private static Ipv4Prefix prefix(String text) {
        int slash = text.indexOf('/');
        return new Ipv4Prefix(
                Ipv4Prefix.parseAddress(text.substring(0, slash)).orElseThrow(),
                Integer.parseInt(text.substring(slash + 1)));
    }
}
