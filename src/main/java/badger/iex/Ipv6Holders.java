package badger.iex;

import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.util.HashMap;
import java.util.Map;

/** Which node holds which IPv6 virtual address. Each address has one holder at most. Guarded by the registry. */
final class Ipv6Holders {
    // Bounded by the nodes of the registry, each with Ipv6Addresses.MOST.
    private final Map<Ipv6Address, Registration> byAddress = new HashMap<>();

    /** The holder; null if no node holds the address. */
    Registration holderOf(Ipv6Address address) {
        return byAddress.get(address);
    }

    /** Gives a node the addresses of its entry, and takes them from their former holders. */
    void assign(Registration to) {
        Ipv6Addresses wanted = to.entry().virtualIpv6();
        if (wanted.equals(to.heldIpv6())) {
            return;
        }
        release(to);
        for (Ipv6Address address : wanted.list()) {
            Registration former = byAddress.put(address, to);
            if (former != null) {
                former.loseIpv6(address);
            }
        }
        to.holdIpv6(wanted);
    }

    /** Takes a node's addresses from it. */
    void release(Registration from) {
        from.heldIpv6().list().forEach(byAddress::remove);
        from.holdIpv6(Ipv6Addresses.NONE);
    }
}
