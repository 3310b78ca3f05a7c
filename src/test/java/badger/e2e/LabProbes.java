package badger.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the lab's own tests ask with: two servers on the internet, and {@link UdpProbe} in any namespace. */
final class LabProbes {
    static final String SERVER_1 = "203.0.113.1:7000";
    static final String SERVER_2 = "203.0.113.2:7000";
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private LabProbes() {}

    /** With a server at each of the two addresses that tells whoever asks the address it saw. */
    static Lab labWithServers() {
        Lab lab = new Lab();
        try {
            for (String number : List.of("1", "2")) {
                NetworkNamespace server = lab.publicHost("server" + number, "203.0.113." + number);
                probe(lab, server, "echo", "7000");
            }
            return lab;
        } catch (AssertionError | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    static BackgroundProcess probe(Lab lab, NetworkNamespace namespace, String... arguments) {
        BackgroundProcess process = lab.start(namespace, "probe-" + arguments[0], UdpProbe.line(arguments));
        process.awaitLog("bound", DEADLINE);
        return process;
    }

    /** From UDP port 4000 of the host: the answers of the servers, which are the addresses they saw. */
    static List<String> ask(NetworkNamespace host, String... servers) {
        return askFrom("4000", host, servers);
    }

    static List<String> askFrom(String port, NetworkNamespace host, String... servers) {
        List<String> arguments = new ArrayList<>(List.of("ask", port));
        arguments.addAll(List.of(servers));
        return Command.require(DEADLINE, host.inside(UdpProbe.line(arguments.toArray(String[]::new))))
                .lines()
                .filter(line -> line.startsWith("answer "))
                .map(line -> line.substring("answer ".length()))
                .toList();
    }

    /** Counts, in the namespace, what {@link #send} sends to 203.0.113.2. */
    static void countReceived(NetworkNamespace receiver) {
        receiver.require("nft", "add table inet count");
        receiver.require("nft", "add chain inet count input { type filter hook input priority filter; }");
        receiver.require("nft", "add rule inet count input udp dport 4500 counter drop");
    }

    static void send(NetworkNamespace from, int datagrams) {
        from.require("bash", "-c", "for i in {1.." + datagrams + "}; do echo x >/dev/udp/203.0.113.2/4500; done");
    }

    static long received(NetworkNamespace receiver) {
        String chain = receiver.require("nft", "list chain inet count input");
        return Long.parseLong(chain.replaceAll("(?s).*counter packets ([0-9]+) .*", "$1"));
    }
}
