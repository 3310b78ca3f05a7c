package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the kernel of a namespace has counted since this object was made, by the names of RFC 1213: /proc/net/snmp. A
 * test makes it when the node is up, since the node's trial super-packets, at its start, are wrong on purpose.
 */
final class KernelCounters {
    private static final List<String> FAULTS = List.of(
            "Ip.InHdrErrors",
            "Icmp.InErrors",
            "Icmp.InCsumErrors",
            "Tcp.InErrs",
            "Tcp.InCsumErrors",
            "Udp.InCsumErrors");

    private final NetworkNamespace namespace;
    private final Map<String, Long> before;

    KernelCounters(NetworkNamespace namespace) {
        this.namespace = namespace;
        before = read(namespace);
    }

    /** Fails if the namespace received a packet with a wrong header or checksum. */
    void assertNoFaults() {
        for (String fault : FAULTS) {
            assertEquals(0, counted(fault), () -> fault + " in " + namespace.name());
        }
    }

    /** How far one counter has come, such as {@code Udp.InDatagrams}. */
    long counted(String name) {
        return read(namespace).get(name) - before.get(name);
    }

    private static Map<String, Long> read(NetworkNamespace namespace) {
        Map<String, Long> counters = new TreeMap<>();
        List<String> lines = namespace.require("cat", "/proc/net/snmp").lines().toList();
        // Two lines for each protocol: names, then values.
        for (int at = 0; at + 1 < lines.size(); at += 2) {
            List<String> names = Arrays.asList(lines.get(at).split("[: ]+"));
            List<String> values = Arrays.asList(lines.get(at + 1).split("[: ]+"));
            for (int column = 1; column < names.size(); column++) {
                counters.put(names.get(0) + "." + names.get(column), Long.parseLong(values.get(column)));
            }
        }
        return counters;
    }
}
