package badger.config;

import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Addresses;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.util.ArrayList;
import java.util.List;

/** Reads all {@code --vip}s of a node: one IPv4 address, which names the node, and perhaps some IPv6 addresses. */
final class VirtualIps {
    private VirtualIps() {}

    /** @param lists each {@code --vip} as given; one may hold several addresses, with commas between them */
    static NodeAddresses parse(List<String> lists, List<String> warnings) throws ConfigException {
        List<Ipv4Prefix> ipv4 = new ArrayList<>();
        List<Ipv6Prefix> ipv6 = new ArrayList<>();
        for (String list : lists) {
            for (String text : list.split(",", -1)) {
                if (text.indexOf(':') >= 0) {
                    ipv6.add(VirtualIpv6Text.parse(text, warnings));
                } else {
                    ipv4.add(VirtualIpText.parse(text, warnings));
                }
            }
        }
        if (ipv4.isEmpty()) {
            throw new ConfigException((ipv6.isEmpty() ? "--vip is missing" : "no --vip is an IPv4 address")
                    + ": give this node's address in the mesh, such as --vip 10.0.0.10/16");
        }
        if (ipv4.size() > 1) {
            throw new ConfigException("--vip names two IPv4 addresses, " + ipv4.get(0) + " and " + ipv4.get(1)
                    + ": give one, which is who the node is; further ones can be IPv6");
        }
        requireFewAndDistinct(ipv6);
        return new NodeAddresses(ipv4.getFirst(), ipv6);
    }

    private static void requireFewAndDistinct(List<Ipv6Prefix> ipv6) throws ConfigException {
        if (ipv6.size() > Ipv6Addresses.MOST) {
            throw new ConfigException(
                    "--vip names " + ipv6.size() + " IPv6 addresses: give at most " + Ipv6Addresses.MOST);
        }
        for (int i = 0; i < ipv6.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (ipv6.get(i).address().equals(ipv6.get(j).address())) {
                    throw new ConfigException("--vip " + ipv6.get(i) + " is given twice: give it once");
                }
            }
        }
    }
}
